/**
 * What became of a cell: a value, perhaps with a notice of what was assumed, or a problem and what would have been
 * accepted. Neither text repeats the cell; whoever reports it has the value beside it.
 */
export type Parsed<T> = Read<T> | Unread

interface Read<T> {
  value: T
  notice?: string
  /** What the cell says of other fields, by their names: `Frau Dr.` has a title. A column of their own is surer. */
  also?: Readonly<Record<string, unknown>>
  /** What of the cell no field holds; it is kept with the metadata. */
  rest?: string
}
interface Unread {
  problem: string
  accepted: string
  /**
   * The record is one without it: the cell is kept with the metadata, and the row goes on. Default: where the field says
   * so; false: never, the cell cannot be kept.
   */
  bearable?: boolean
  /** What it is read as where whoever imports would rather have something than nothing. */
  instead?: { readonly value: string; readonly notice: string }
}

export function isProblem<T>(parsed: Parsed<T>): parsed is Unread {
  return 'problem' in parsed
}
