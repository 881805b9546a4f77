/**
 * A text that a spreadsheet would run, behind one or more apostrophes: how CSV files disarm formulas (OWASP, "CSV
 * Injection"), ours and those of other careful software. Reading takes one apostrophe away, so `+49 221 1` comes back
 * as it was.
 */
export const GUARDED_FORMULA = /^'+[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/
