import { columnLetter, isPrintable, tooManyColumns, unprintableWorksheet } from './column-names.ts'
import type { SheetLimits } from './limits.ts'
import { odsCellText } from './ods-cells.ts'
import type { RawRow } from './sheet.ts'
import { cellTooLong } from './sheet.ts'
import { SheetError } from './sheet-error.ts'
import { attribute, unescapeXml, type XmlHandler } from './xml-scanner.ts'

/** What stands in the content of a spreadsheet, in order: a worksheet begins, has a row so many times, cannot be read. */
export type OdsEvent = { table: string } | { row: RawRow; times: number } | { refused: SheetError }

/** Rows that are all the same, one below the other, are no list: a column was filled down to the end of the worksheet. */
const MOST_TIMES = 10_000

/** Takes the content of an OpenDocument spreadsheet as its XML flows by; hidden worksheets and blank rows are left out. */
export class OdsReader implements XmlHandler {
  readonly #limits: SheetLimits
  readonly #hidden = new Set<string>()
  #events: OdsEvent[] = []
  #style = ''
  #reading = false
  /** Of the row, and of the one behind it and its repetitions. */
  #number = 0
  #next = 1
  #times = 1
  #cells: string[] = []
  #cell: string | null = null
  #column = 0
  #columns = 1
  /** How deep in the cell: its paragraphs stand at 1, those of notes and drawings deeper. */
  #depth = 0
  #paragraphs = 0
  #collecting = false
  #text = ''
  ended = false

  constructor(limits: SheetLimits) {
    this.#limits = limits
  }

  take(): OdsEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  /** The cell that is being read, as the one that is too long. */
  tooLong(): SheetError | null {
    return this.#cell === null ? null : cellTooLong(this.#number, columnLetter(this.#column), this.#limits)
  }

  open(name: string, tag: string): void {
    if (this.#cell !== null) this.#openInCell(name, tag)
    else if (name === 'table-row') this.#openRow(tag)
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#openCell(tag)
    else if (name === 'table') this.#openTable(tag)
    else if (name === 'style') this.#style = attribute(tag, 'style:name') ?? ''
    else if (name === 'table-properties' && attribute(tag, 'table:display') === 'false') this.#hidden.add(this.#style)
  }

  text(text: string): void {
    if (this.#collecting) this.#add(unescapeXml(text.replace(/[ \t\r\n]+/g, ' ')))
  }

  close(name: string): void {
    if (this.#cell !== null && this.#depth > 0) {
      this.#depth--
      if (this.#depth === 0) this.#collecting = false
    } else if (this.#cell !== null) this.#closeCell(this.#cell)
    else if (name === 'table-row' && this.#reading && this.#cells.length > 0) this.#closeRow()
    else if (name === 'table') this.#reading = false
    else if (name === 'spreadsheet') this.ended = true
  }

  #openTable(tag: string): void {
    // Tables without a name are what other programs once sent.
    const table = attribute(tag, 'table:name')
    this.#reading = table !== undefined && !this.#hidden.has(attribute(tag, 'table:style-name') ?? '')
    this.#next = 1
    if (table === undefined || !this.#reading) return
    if (!isPrintable(table)) throw unprintableWorksheet()
    this.#events.push({ table })
  }

  #openRow(tag: string): void {
    this.#times = count(attribute(tag, 'table:number-rows-repeated'))
    this.#number = this.#next
    this.#next += this.#times
    this.#cells = []
    this.#column = 0
  }

  #openCell(tag: string): void {
    this.#cell = tag
    this.#columns = count(attribute(tag, 'table:number-columns-repeated'))
    this.#text = ''
    this.#paragraphs = 0
    this.#depth = 0
  }

  #openInCell(name: string, tag: string): void {
    this.#depth++
    if (this.#depth === 1 && name === 'p') {
      this.#collecting = true
      if (this.#paragraphs++ > 0) this.#add('\n')
    } else if (this.#collecting && name === 's') {
      this.#add(' '.repeat(Math.min(count(attribute(tag, 'text:c')), this.#limits.cellCharacters)))
    } else if (this.#collecting && name === 'tab') this.#add('\t')
    else if (this.#collecting && name === 'line-break') this.#add('\n')
  }

  /** A text that is too long already grows no further; whoever puts the row under its header refuses it. */
  #add(text: string): void {
    if (this.#text.length <= this.#limits.cellCharacters) this.#text += text
  }

  #closeCell(tag: string): void {
    const text = this.#reading ? odsCellText(tag, this.#text) : ''
    const end = this.#column + this.#columns
    this.#cell = null
    if (text !== '' && end > this.#limits.columns * 2) this.#refuse(tooManyColumns(this.#number, this.#limits))
    else if (text !== '') {
      while (this.#cells.length < this.#column) this.#cells.push('')
      while (this.#cells.length < end) this.#cells.push(text)
    }
    this.#column = end
  }

  #closeRow(): void {
    const row = { number: this.#number, cells: this.#cells }
    if (this.#times <= MOST_TIMES) {
      this.#events.push({ row, times: this.#times })
      return
    }
    const what = `The same row stands ${this.#times} times, one below the other.`
    this.#refuse(new SheetError('too-many-rows', what, 'Delete the rows below the list.', { row: this.#number }))
  }

  #refuse(refused: SheetError): void {
    this.#reading = false
    this.#events.push({ refused })
  }
}

/** How often something is repeated; once where that is not said. */
function count(repeated: string | undefined): number {
  const times = Number(repeated ?? 1)
  return Number.isSafeInteger(times) && times > 0 ? times : 1
}
