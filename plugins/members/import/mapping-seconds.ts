/** Columns beside those of the member: his second mailbox and telephone, and what is somebody else's. */
import type { AliasIndex } from './alias-index.ts'
import type { HeaderLanguage, ImportTarget } from './import-target.ts'
import { holds } from './mapping-by-content.ts'

/** What kind of number or address stands in the column beside it: `Phone 1 - Label`. */
const KIND = /\b(type|label|typ|art)$/i
export const isKind = (column: string): boolean => KIND.test(column)

/** Somebody else than the member. */
const ANOTHER =
  /payeur|contact d|kind\b|child|second member|vater|mutter|eltern|partner|ehegatt|erziehungsber|gesetzl|vertreter|vormund|notfall|zahler|rechnung|ansprech|spouse|parent|father|mother|guardian|billing|emergency|responsable|tut(or|eur)|p(è|a|á)(d|t)?re|mère|madre|genitor|pai\b|mãe|encarregado|ouder|foresat|for(æ|ae)ld|målsman|vårdnads|huoltaja|rodič|zákonn|opiekun|pagador/i
export const isAnothers = (column: string): boolean => ANOTHER.test(column)

const SECOND: Readonly<Record<string, string>> = { email: 'otherEmail', phone: 'otherPhone', mobilePhone: 'otherPhone' }
/** `Teléfono 2`, `Phone : mobile 2`. */
const NUMBERED = /(?<=\p{L})\s*[2-9]$/u

/**
 * Columns whose headers claim a mailbox or a telephone that another column is imported into.
 * @param columns those without a field @param o.cellsOf what a column holds, without blanks
 */
export function secondColumns(
  columns: readonly string[],
  o: {
    index: AliasIndex
    language: HeaderLanguage
    target: ImportTarget
    taken: ReadonlyMap<string, string>
    cellsOf: (column: string) => readonly string[]
  },
): { column: string; field: string; beside: string }[] {
  const found = new Map<string, { column: string; field: string; beside: string }>()
  for (const column of columns) {
    if (isAnothers(column) || isKind(column)) continue
    const claim = o.index.matches(column.replace(NUMBERED, ''), o.language).find((one) => one.field in SECOND)
    const beside = claim && o.taken.get(claim.field)
    if (!beside) continue
    const field = SECOND[claim.field]!
    const kind = o.target.fields.find(({ name }) => name === field)?.kind
    const cells = o.cellsOf(column)
    if (kind === undefined || o.taken.has(field) || found.has(field) || cells.length === 0) continue
    if (holds(kind, cells)) found.set(field, { column, field, beside })
  }
  return [...found.values()]
}
