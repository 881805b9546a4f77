/**
 * Cells become values. One parser a kind of value, each a pure function from text to `Parsed`: a value, perhaps with a
 * notice, or a problem with what would be accepted. `parseValue` finds the parser by the kind a field declares.
 */

export type { DateOptions, DateOrder } from './dates.ts'
export { DateOrderVote, defaultDateOrder, parseDate } from './dates.ts'
export { GenderLetterVote } from './gender-letter.ts'
export type { PersonName } from './names.ts'
export type { DecimalMark, Money } from './numbers.ts'
export type { ValueContext, ValueKind } from './parse-value.ts'
export { dateKinds, parseValue } from './parse-value.ts'
export type { Parsed } from './parsed.ts'
export { isProblem } from './parsed.ts'
export type { PostalAddress } from './places.ts'
export type { MemberStatus } from './status.ts'
export type { Gender } from './words.ts'
