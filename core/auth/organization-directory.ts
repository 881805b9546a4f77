import type { Sequelize } from 'sequelize'
import { rows } from './platform-rows.ts'
import type { Affiliation } from './principal.ts'

/**
 * Organisations by slug or id, for credentials that name one. Found ones are remembered until something changes in any
 * organisation (a slug may move); unknown names never are.
 */
export class OrganizationDirectory {
  readonly #platform: Sequelize
  readonly #known = new Map<string, Affiliation>()
  #remembering = false
  #generation = 0

  constructor(platform: Sequelize) {
    this.#platform = platform
  }

  async find(slugOrId: string): Promise<Affiliation | null> {
    const known = this.#known.get(slugOrId)
    if (known) return known
    const generation = this.#generation
    const [row] = await rows<Affiliation>(
      this.#platform,
      'SELECT id, slug, name, status FROM core.tenant WHERE slug = $1 OR id::text = $1 ORDER BY (id::text = $1) DESC LIMIT 1',
      [slugOrId],
    )
    if (row && this.#remembering && generation === this.#generation) {
      if (this.#known.size >= 10_000) this.#known.clear()
      this.#known.set(slugOrId, row)
    }
    return row ?? null
  }

  invalidate(): void {
    this.#generation++
    this.#known.clear()
  }

  setCaching(on: boolean): void {
    this.#remembering = on
    this.invalidate()
  }
}
