/**
 * What became of a cell: a value, perhaps with a notice of what was assumed, or a problem and what would have been
 * accepted. Neither text repeats the cell; whoever reports it has the value beside it.
 */
export type Parsed<T> = { value: T; notice?: string } | { problem: string; accepted: string }

export function isProblem<T>(parsed: Parsed<T>): parsed is { problem: string; accepted: string } {
  return 'problem' in parsed
}
