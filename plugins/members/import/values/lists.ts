import type { Parsed } from './parsed.ts'
import { isProblem } from './parsed.ts'
import { parseBoolean } from './words.ts'

/**
 * A list in one cell. Semicolons, bars, line breaks and the `:::` of Google separate; commas only when none of them is there. Repeated
 * entries are left out, without regard to case.
 */
export function parseList(text: string): Parsed<string[]> {
  const separator = /[;|\n\r]|:::/.test(text) ? /[;|\n\r]|:::/ : /,/
  const seen = new Map<string, string>()
  for (const part of text.split(separator)) {
    // The address book of Google marks the groups it made itself with a star, others put their words in quotation marks.
    const entry = part.replace(/\s+/g, ' ').replace(/^[\s"]*(?:\* )?|[\s"]*$/g, '')
    if (entry && !seen.has(entry.toLowerCase())) seen.set(entry.toLowerCase(), entry)
  }
  return { value: [...seen.values()] }
}

/** Signs of a list on paper: a cross or a hook under the name of a group. */
const TICK = /^(x+|[✓✔☑✗✘●•])$/i
export const isTick = (cell: string): boolean => TICK.test(cell.trim())

/** A column for each group, ticked where somebody is in it: the header is the name. */
export function parseTick(text: string, header: string): Parsed<string[]> {
  if (isTick(text)) return { value: [header] }
  const said = parseBoolean(text)
  if (!isProblem(said)) return { value: said.value ? [header] : [] }
  return { value: [header], notice: 'Read as ticked; the words in the cell are kept.', rest: text }
}
