import type { Aside, SheetRow } from '../sheets/index.ts'
import type { ImportNotice } from './import-schema.ts'
import { quoted } from './written.ts'

const NAMED = 20

/** Rows of a file that are no entries of its list, told by their numbers: none is lost without a word. */
export class AsideRows {
  readonly #seen: Record<Aside, { rows: number; named: string[] }> = {
    remark: { rows: 0, named: [] },
    header: { rows: 0, named: [] },
  }

  see({ number, cells, aside }: SheetRow): void {
    if (!aside) return
    const seen = this.#seen[aside]
    seen.rows++
    if (seen.named.length >= NAMED) return
    const written = cells.filter((cell) => cell.trim() !== '').join(' ')
    seen.named.push(aside === 'header' ? `${number}` : `${number} ("${quoted(written.slice(0, 80))}")`)
  }

  notices(): ImportNotice[] {
    return [
      ...this.#notice(
        'remark',
        (rows) => `${rows} left out: totals or a remark on the list, no entry. If it is one, fill more of its cells.`,
      ),
      ...this.#notice('header', (rows) => `${rows} left out: the header again.`),
    ]
  }

  #notice(aside: Aside, message: (rows: string) => string): ImportNotice[] {
    const { rows, named } = this.#seen[aside]
    if (rows === 0) return []
    const more = rows > named.length ? ` and ${rows - named.length} more` : ''
    const which = rows === 1 ? `Row ${named[0]} is` : `Rows ${named.join(', ')}${more} are`
    return [{ code: 'aside', column: null, message: message(which), rows }]
  }
}
