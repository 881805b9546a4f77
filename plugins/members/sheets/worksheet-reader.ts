import { tooManyColumns } from './column-names.ts'
import type { SheetLimits } from './limits.ts'
import type { CellFormat } from './number-format.ts'
import type { SharedTexts } from './shared-texts.ts'
import type { RawRow } from './sheet.ts'
import type { DateSystem } from './workbook-cells.ts'
import { cellText } from './workbook-cells.ts'
import { attribute, unescapeCell, unescapeXml, XmlScanner } from './xml-scanner.ts'
import { damaged } from './zip-directory.ts'

export interface CellSources {
  texts: SharedTexts | null
  /** How the styles, by index, show numbers. */
  formats: ReadonlyMap<number, CellFormat>
  dateSystem: DateSystem
}

/** Reads the rows of a worksheet as its XML flows by; blank rows are left out, a formula is its cached result. */
export async function* worksheetRows(
  chunks: AsyncIterable<Buffer>,
  sources: CellSources,
  limits: SheetLimits,
): AsyncGenerator<RawRow, void, undefined> {
  const reader = new WorksheetReader(sources, limits)
  const scanner = new XmlScanner(reader)
  for await (const chunk of chunks) {
    scanner.push(chunk)
    yield* reader.take()
    if (reader.ended) return
  }
  // A part that breaks off would lose the rows behind without a word.
  if (!reader.empty) throw damaged('The worksheet ends within its rows.')
}

class WorksheetReader {
  readonly #sources: CellSources
  readonly #limits: SheetLimits
  ended = false
  empty = true
  #rows: RawRow[] = []
  #inRows = false
  #number = 0
  #cells: string[] = []
  #column = -1
  #type = ''
  #style = -1
  #value = ''
  #collecting = false
  #phonetic = false

  constructor(sources: CellSources, limits: SheetLimits) {
    this.#sources = sources
    this.#limits = limits
  }

  take(): RawRow[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  open(name: string, tag: string): void {
    if (name === 'sheetData') {
      this.#inRows = true
      this.empty = false
    }
    if (!this.#inRows) return
    switch (name) {
      case 'row':
        // Rows may leave out their number, and a hostile one may run backwards.
        this.#number = Math.max(this.#number + 1, Number(attribute(tag, 'r')) || 0)
        this.#cells = []
        this.#column = -1
        break
      case 'c':
        this.#column = columnIndex(attribute(tag, 'r')) ?? this.#column + 1
        this.#type = attribute(tag, 't') ?? 'n'
        this.#style = Number(attribute(tag, 's') ?? -1)
        this.#value = ''
        break
      case 'rPh':
        this.#phonetic = true
        break
      case 'v':
      case 't':
        this.#collecting = !this.#phonetic
    }
  }

  text(text: string): void {
    if (this.#collecting) this.#value += text
  }

  close(name: string): void {
    if (!this.#inRows) return
    switch (name) {
      case 'v':
      case 't':
        this.#collecting = false
        break
      case 'rPh':
        this.#phonetic = false
        break
      case 'c':
        if (this.#value !== '') this.#put(this.#cellText())
        break
      case 'row':
        if (this.#cells.length > 0) this.#rows.push({ number: this.#number, cells: this.#cells })
        this.#cells = []
        break
      case 'sheetData':
        this.ended = true
        this.#inRows = false
    }
  }

  #put(text: string): void {
    if (text === '') return
    // A little above the limit, so that a stray cell far to the right makes one row ragged and not the file unreadable.
    if (this.#column >= this.#limits.columns * 2) throw tooManyColumns(this.#number, this.#limits)
    while (this.#cells.length < this.#column) this.#cells.push('')
    this.#cells[this.#column] = text
  }

  #cellText(): string {
    const value = unescapeXml(this.#value)
    switch (this.#type) {
      case 's':
        return this.#sources.texts?.get(Number(value)) ?? ''
      case 'str':
      case 'inlineStr':
        return unescapeCell(value)
      case 'b':
        return value.trim() === '1' || value.trim() === 'true' ? 'true' : 'false'
      case 'e':
        return value
    }
    const number = Number(value)
    if (!Number.isFinite(number) || value.trim() === '') return value
    const { formats, dateSystem } = this.#sources
    return cellText(number, formats.get(this.#style), dateSystem)
  }
}

/** `C7` is 2; undefined without letters. */
function columnIndex(reference: string | undefined): number | undefined {
  let index = 0
  let at = 0
  for (; reference && at < reference.length && at < 4; at++) {
    const letter = reference.charCodeAt(at) & 0xdf
    if (letter < 0x41 || letter > 0x5a) break
    index = index * 26 + letter - 0x40
  }
  return at === 0 ? undefined : index - 1
}
