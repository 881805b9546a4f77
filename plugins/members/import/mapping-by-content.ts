import type { ImportField, ImportTarget } from './import-target.ts'
import { parseEmail } from './values/contact.ts'
import { parseDate } from './values/dates.ts'
import type { ValueKind } from './values/index.ts'
import { dateKinds, isProblem } from './values/index.ts'
import { isTick } from './values/lists.ts'
import { noDate } from './values/no-date.ts'
import { parseMoney } from './values/numbers.ts'
import { parseStatus } from './values/status.ts'
import { isRoleName, parseBoolean } from './values/words.ts'

/** Enough cells to speak of a column, and how many of them have to agree. One is enough to forbid a guess. */
const ENOUGH = 2
const MOST = 0.8

/**
 * Finds a field by what a column holds, where that is certain: an e-mail address is one, and a date long ago is a
 * birthday when the header says something of birth. Other dates could be anything.
 */
export function fieldByContent(column: string, cells: readonly string[], target: ImportTarget): string | null {
  if (cells.length < ENOUGH) return null
  const share = (test: (cell: string) => boolean) => cells.filter(test).length / cells.length
  const named = (name: string) =>
    target.fields.find((field) => field.name === name || field.name === `member.${name}`)?.name
  if (share(isEmail) >= MOST) return named('email') ?? null
  if (/^(state|zustand)$/i.test(column) && share((cell) => !isProblem(parseStatus(cell))) >= MOST)
    return named('status') ?? null
  if (/geb|birth|born/i.test(column) && share(isDate) >= MOST) return named('birthday') ?? null
  return null
}

/** Headers of columns that are ticked and say something else: paid, wants the newsletter, may be photographed. */
const ATTRIBUTE =
  /\d|bez(ahlt)?\b|paid|kassiert|beitrag|newsletter|mail|post|versand|verteiler|whatsapp|dsgvo|daten|gdpr|consent|einwillig|einverst|foto|bild|photo|sepa|lastschrift|mahn|rechnung|spende|donor|ehren|passiv|aktiv|member|mitglied|gesperrt|gelöscht|archiv|schlüssel|ausweis|impf|zeugnis|anwesen|erledigt|ok\b|stimm|familie|erm(ä|ae)(ß|ss)ig/i

/**
 * Columns ticked where somebody is in the group of the header: two or more side by side that hold crosses and nothing
 * else, under names of things one can be in.
 * @param cellsOf what a column holds, without blanks
 */
export function tickedColumns(
  columns: readonly string[],
  isFree: (column: string) => boolean,
  cellsOf: (column: string) => readonly string[],
): string[] {
  const ticked = columns.map((column) => {
    if (!isFree(column) || ATTRIBUTE.test(column)) return false
    const cells = cellsOf(column)
    return cells.length > 0 && cells.every(isTick)
  })
  return columns.filter((_, i) => ticked[i] && (ticked[i - 1] === true || ticked[i + 1] === true))
}

/** Whether a column guessed by a part of its header may be that field: dates are dates, addresses are addresses. */
export function fitsContent(name: string, cells: readonly string[], target: ImportTarget): boolean {
  if (cells.length === 0) return true
  const share = (test: (cell: string) => boolean) => cells.filter(test).length / cells.length
  const kind: ValueKind | undefined = target.fields.find((field) => field.name === name)?.kind
  const dates = share(isDate)
  const emails = share(isEmail)
  if (kind !== undefined && dateKinds.has(kind)) return dates >= MOST
  if (kind === 'email') return holds(kind, cells)
  if (kind === 'phone') return holds(kind, cells)
  if (kind === 'url') return share((cell) => /[./]/.test(cell)) >= MOST
  return dates < MOST && emails < MOST
}

const isEmail = (cell: string): boolean => !isProblem(parseEmail(cell))

/** Whether most cells of a column are addresses, or telephone numbers. */
export function holds(kind: ValueKind, cells: readonly string[]): boolean {
  const test = kind === 'email' ? isEmail : (cell: string) => /\d{3}/.test(cell.replace(/\D/g, ''))
  return cells.filter(test).length >= cells.length * MOST
}

/** Whether a column cannot be the field its header names: a fee is no plan, and `ja` is nobody's name. */
export function contradicts({ name, kind }: ImportField, cells: readonly string[]): boolean {
  if (cells.length < (kind === 'role' || name === 'plan' || name === 'deceased' ? 1 : ENOUGH)) return false
  const share = (test: (cell: string) => boolean) => cells.filter(test).length / cells.length
  switch (name) {
    case 'plan':
      return share((cell) => isAmount(cell) || !isProblem(parseBoolean(cell))) >= MOST
    // `Mitglied` may be the number or the name.
    case 'member.externalId':
      return share((cell) => /^[^\d]*\p{L}[\s,]+\p{L}[^\d]*$/u.test(cell.trim())) >= MOST
    case 'deceased':
      return share((cell) => isProblem(parseBoolean(cell))) > 1 - MOST
    case 'fullName':
    case 'company':
      return share((cell) => !/\p{L}{2}/u.test(cell) || !isProblem(parseBoolean(cell))) >= MOST
    case 'diedOn':
    case 'joinedOn':
    case 'leftOn':
      return share((cell) => !/\d/.test(cell)) >= MOST
    default:
      return kind === 'role' && share((cell) => !isRoleKey(cell)) > 1 - MOST
  }
}

const isAmount = (cell: string): boolean => /\d/.test(cell) && !isProblem(parseMoney(cell, 'EUR', ','))

/** Keys are written as the platform writes them; `Trainer` and `Kassenwart` are functions. */
const isRoleKey = (cell: string): boolean => /^[a-z][a-z0-9_]*$/.test(cell.trim()) || isRoleName(cell)

/** A date that can be nothing else: a bare number could. Either order of day and month will do. */
function isDate(cell: string): boolean {
  if (/^\d+$/.test(cell.trim())) return false
  return noDate(cell) !== null || !isProblem(parseDate(cell)) || !isProblem(parseDate(cell, { order: 'mdy' }))
}
