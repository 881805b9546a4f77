/** Names as registers write them: in one cell, with titles in front, with the particle in a column of its own. */
import type { PersonName } from './values/index.ts'
import { isPrefix, isTitle, withoutTitles } from './values/names.ts'
import { written } from './written.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * The parts of a name. A column of its own is surer than a part of the full name; a firm is called by its name, and a
 * person with one has it beside his.
 * @param patch takes the parts @param keep what no part holds
 */
export function foldName(
  values: Values,
  patch: Record<string, unknown>,
  keep: (key: string, value: unknown) => void,
): void {
  const full = values.fullName as PersonName | undefined
  if (full) {
    // `Bob` alone is the first name where that column says so.
    for (const part of ['firstName', 'middleName', 'lastName', 'suffix'] as const)
      if (patch[part] === undefined && full[part] && (full.firstName || full[part] !== patch.firstName))
        patch[part] = full[part]
    if (full.firm) patch.displayName ??= full.firm
  }
  // In Spain people have two family names, and both are used.
  const second = values.secondLastName
  if (typeof second === 'string')
    patch.lastName = typeof patch.lastName === 'string' ? `${patch.lastName} ${second}` : second
  const titles = [written(values.title ?? full?.title)]
  for (const part of ['firstName', 'lastName'] as const) {
    if (typeof patch[part] !== 'string') continue
    const { titles: before, name } = withoutTitles(patch[part])
    patch[part] = name
    if (before && values.title === undefined) titles.push(before)
  }
  // Address books put `Dr.` into the column that registers have for `von`.
  const prefix = values.namePrefix
  const titled = typeof prefix === 'string' && prefix.split(/\s+/).every(isTitle)
  if (titled) titles.push(prefix)
  foldPrefix(titled ? { ...values, namePrefix: undefined } : values, patch, titles)
  const title = titles.filter(Boolean).join(' ')
  if (title) keep('title', title)
  if (values.company === undefined) return
  const person = patch.firstName !== undefined || patch.lastName !== undefined
  if (person) keep('company', values.company)
  else patch.displayName ??= values.company
}

/** `Namenszusatz` is `Jr.` to some, `von der` to others, and a title to some more. */
function foldPrefix(values: Values, patch: Record<string, unknown>, titles: string[]): void {
  const { suffix } = patch
  if (typeof suffix === 'string' && suffix.split(/\s+/).every(isTitle)) {
    titles.push(suffix)
    delete patch.suffix
  }
  const own = typeof suffix === 'string' && isPrefix(suffix)
  const prefix = values.namePrefix ?? (own ? suffix : undefined)
  if (typeof prefix !== 'string' || typeof patch.lastName !== 'string') return
  if (own) delete patch.suffix
  if (!patch.lastName.toLowerCase().startsWith(`${prefix.toLowerCase()} `))
    patch.lastName = `${prefix} ${patch.lastName}`
}
