import type { SheetLimits } from './limits.ts'
import { cellTooLong } from './sheet.ts'
import { SheetError } from './sheet-error.ts'
import { damaged } from './zip-directory.ts'

/** Bytes of XML one cell of legal length may take, with entities and formatted runs. */
const CELL_BYTES = 1024 * 1024
/** Bytes between two tags: the longest legal text, every character written as an entity. */
const RUN_BYTES = 512 * 1024
const FORMAT_COLUMNS = 16_384
const FORMAT_ROWS = 1_048_576
const SHARED_TEXTS = 2_000_000
/** A tag's name is looked at only when this much of it has arrived. */
const NAME_BYTES = 48

const LESS = 0x3c
const SLASH = 0x2f
const BANG = 0x21
const QUESTION = 0x3f
const COLON = 0x3a
const GREATER = 0x3e
const SPACE = 0x20

/**
 * Watches the XML of a workbook part flow by and stops it before a parser has to hold what no honest workbook has: an
 * endless cell, row or tag, a document type with its entities. It only looks at where tags begin.
 */
export class XmlGuard {
  readonly #limits: SheetLimits
  #carry: Buffer = Buffer.alloc(0)
  #seen = 0
  /** Bytes since the last tag, and since the last cell, row or shared text began. */
  #lastTag = 0
  #lastItem = 0
  #lastItemStart = ''
  #inRows = false
  #inTexts = false
  #cells = 0
  #rows = 0
  #texts = 0

  constructor(limits: SheetLimits) {
    this.#limits = limits
  }

  /** @throws {SheetError} `cell-too-long`, `too-many-columns`, `too-many-rows`, `damaged` */
  see(chunk: Buffer): void {
    const bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk
    const end = Math.max(0, bytes.length - NAME_BYTES)
    let item = -1
    for (let i = 0; i < end; i++) {
      if (bytes[i] !== LESS) continue
      const at = this.#seen + i
      this.#checkRun(at)
      this.#lastTag = at
      if (this.#tag(bytes, i, at)) item = i
    }
    if (item >= 0) this.#lastItemStart = bytes.toString('latin1', item, item + NAME_BYTES)
    this.#seen += end
    this.#carry = bytes.subarray(end)
    this.#checkRun(this.#seen)
  }

  /** Says whether a cell, row or shared text begins here. */
  #tag(bytes: Buffer, start: number, at: number): boolean {
    const first = bytes[start + 1]
    if (first === BANG || (first === QUESTION && at > 3)) {
      throw damaged('The workbook holds XML that no spreadsheet software writes.')
    }
    const closing = first === SLASH
    let from = start + (closing ? 2 : 1)
    let to = from
    for (; to < bytes.length; to++) {
      const byte = bytes[to]!
      if (byte <= SPACE || byte === GREATER || byte === SLASH) break
      if (byte === COLON) from = to + 1
    }
    const length = to - from
    const name = bytes[from]
    if (length === 1 && name === 0x63 /* c */) return !closing && this.#inRows && this.#cell(at)
    if (length === 3 && name === 0x72 && bytes[from + 2] === 0x77 /* row */) {
      return !closing && this.#inRows && this.#row(at)
    }
    if (length === 2 && name === 0x73 && bytes[from + 1] === 0x69 /* si */) return !closing && this.#text(at)
    if (length === 9 && bytes.toString('latin1', from, to) === 'sheetData') {
      this.#inRows = !closing
      this.#lastItem = at
    }
    if (length > 4 && (name === 0x74 /* t */ || name === 0x63))
      this.#openDocumentTag(bytes.toString('latin1', from, to), closing, at)
    return false
  }

  /** OpenDocument keeps all worksheets in one part, with formats and ranges between their rows. */
  #openDocumentTag(name: string, closing: boolean, at: number): void {
    if (name === 'table-row') {
      this.#inRows = !closing
      if (!closing) this.#row(at)
    } else if (closing) return
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#cell(at)
    else if (name === 'table') this.#rows = 0
  }

  #cell(at: number): boolean {
    this.#lastItem = at
    if (++this.#cells > FORMAT_COLUMNS) throw this.#tooManyColumns()
    return true
  }

  #row(at: number): boolean {
    this.#lastItem = at
    this.#cells = 0
    if (++this.#rows > FORMAT_ROWS) {
      throw new SheetError('too-many-rows', 'The worksheet has more rows than Excel allows.', 'Split it.')
    }
    return true
  }

  #text(at: number): boolean {
    this.#inTexts = true
    this.#lastItem = at
    if (++this.#texts > SHARED_TEXTS) {
      throw new SheetError('file-too-large', 'The workbook holds too many texts.', 'Save the worksheet as CSV.')
    }
    return true
  }

  #checkRun(at: number): void {
    const endless = at - this.#lastTag > RUN_BYTES
    if (!endless && !((this.#inRows || this.#inTexts) && at - this.#lastItem > CELL_BYTES)) return
    const place = /\sr="([A-Z]{1,3})(\d{1,7})"/.exec(this.#lastItemStart)
    if (place) throw cellTooLong(Number(place[2]), place[1]!, this.#limits)
    throw new SheetError(
      'cell-too-long',
      `The workbook holds a text of more than ${this.#limits.cellCharacters} characters${this.#rows > 0 ? '' : ` (shared text ${this.#texts})`}.`,
      'Shorten it.',
      this.#rows > 0 ? { row: this.#rows } : {},
    )
  }

  #tooManyColumns(): SheetError {
    return new SheetError(
      'too-many-columns',
      `A row has more than ${FORMAT_COLUMNS} cells.`,
      'Remove the columns you do not want to import.',
      { row: this.#rows },
    )
  }
}
