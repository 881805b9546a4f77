/** Postal codes of a file whose zeros in front a spreadsheet took for nothing: `1067` for `01067`. */
import { isCut } from './fold-address.ts'
import type { ImportNotice } from './import-schema.ts'

/**
 * Counts a column of postal codes. A few short ones among whole ones are those of neighbours, who have four digits; where
 * most are short and none begins with a zero, the zeros are lost.
 */
export class PostalCodes {
  readonly #index: number
  readonly #country: string
  #short = 0
  #others = 0
  #zeros = 0

  /** @param index of the column, -1: none @param country the organisation's */
  constructor(index: number, country: string) {
    this.#index = index
    this.#country = country
  }

  see(cells: readonly string[]): void {
    const code = cells[this.#index]?.trim() ?? ''
    if (code === '') return
    if (isCut(code, this.#country)) this.#short++
    else if (code.startsWith('0')) this.#zeros++
    else this.#others++
  }

  get cut(): boolean {
    return this.#zeros === 0 && this.#short > 0 && this.#short >= this.#others
  }

  notices(): ImportNotice[] {
    if (this.#short === 0) return []
    const message = this.cut
      ? 'Most postal codes have lost the zero in front; it is put back in rows that name no country or this one.'
      : 'Some postal codes are short. They stay as they are where the row names no country; if a spreadsheet took a zero away, put it back.'
    return [{ code: 'assumed', column: null, message, rows: this.#short }]
  }
}
