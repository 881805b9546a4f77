/** `F` and `W` are women everywhere. Where a column has neither, the letter beside M or H tells: V in Dutch, K in Polish. */

const OTHERS = ['v', 'k', 'n', 'z']

/** Decides for a whole column which letter means women. Show it every cell, then ask. */
export class GenderLetterVote {
  readonly #spanish: boolean
  readonly #seen = new Set<string>()

  /** @param header of the column: under `Sexo` stand H or V and M, hombre or varón and mujer */
  constructor(header: string) {
    this.#spanish = /^(sexo|g(é|e)nero)/i.test(header)
  }

  see(cell: string): void {
    const letter = cell.trim()
    if (letter.length === 1) this.#seen.add(letter.normalize('NFD')[0]!.toLowerCase())
  }

  /** Null where the letters mean what they mean everywhere. */
  decide(): string | null {
    const has = (letter: string) => this.#seen.has(letter)
    if (has('f') || has('w')) return null
    if (has('h') || (this.#spanish && has('v'))) return has('m') ? 'm' : null
    return has('m') ? (OTHERS.find(has) ?? null) : null
  }
}
