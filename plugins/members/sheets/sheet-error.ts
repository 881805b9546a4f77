export type SheetErrorCode =
  | 'file-too-large'
  | 'empty'
  | 'legacy-excel'
  | 'encrypted'
  | 'not-a-table'
  | 'encoding'
  | 'nul-byte'
  | 'unprintable'
  | 'quote-open'
  | 'no-header'
  | 'duplicate-header'
  | 'cell-too-long'
  | 'row-too-long'
  | 'too-many-columns'
  | 'too-many-rows'
  | 'zip-bomb'
  | 'damaged'
  | 'no-such-sheet'
  | 'which-sheet'
  | 'timeout'

/** Where in the file: `row` as a spreadsheet numbers it (from 1), `column` by its header or letter. */
export interface Place {
  row?: number
  column?: string
}

/**
 * A file that cannot be read as a table. `reason` says what is wrong, `remedy` what the owner of the file can do;
 * neither repeats the content of cells, because cells hold personal data and errors reach logs.
 */
export class SheetError extends Error {
  readonly code: SheetErrorCode
  readonly place: Place
  readonly reason: string
  readonly remedy: string

  constructor(code: SheetErrorCode, reason: string, remedy: string, place: Place = {}, cause?: unknown) {
    const where = [place.row && `row ${place.row}`, place.column && `column ${place.column}`].filter(Boolean).join(', ')
    super(`${where && `${where}: `}${reason} ${remedy}`, cause === undefined ? {} : { cause })
    this.name = 'SheetError'
    this.code = code
    this.place = place
    this.reason = reason
    this.remedy = remedy
  }
}
