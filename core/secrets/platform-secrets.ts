import { QueryTypes, type Sequelize } from 'sequelize'
import type { Sealer } from './sealer.ts'

/** Where a row of `core.secret` is sealed for. */
export const secretPlace = (name: string): string => `core.secret:${name}`

/** Keys of the platform itself, sealed in `core.secret`: signing keys, cookie keys, our client's secret. */
export class PlatformSecrets {
  readonly #platform: Sequelize
  readonly #sealer: Sealer

  constructor(o: { platform: Sequelize; sealer: Sealer }) {
    this.#platform = o.platform
    this.#sealer = o.sealer
  }

  /** @throws SealBroken when the master key is not the one it was sealed with. */
  async get(name: string): Promise<string | null> {
    const [row] = await this.#platform.query<{ sealed: string }>('SELECT sealed FROM core.secret WHERE name = $1', {
      bind: [name],
      type: QueryTypes.SELECT,
    })
    return row ? this.#sealer.unseal(row.sealed, secretPlace(name)) : null
  }

  /** Of several nodes that start at once, all get the secret of the one that was first. */
  async getOrCreate(name: string, make: () => string | Promise<string>): Promise<string> {
    const present = await this.get(name)
    if (present !== null) return present
    await this.#platform.query('INSERT INTO core.secret (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', {
      bind: [name, this.#sealer.seal(await make(), secretPlace(name))],
    })
    return (await this.get(name)) as string
  }

  async put(name: string, value: string): Promise<void> {
    await this.#platform.query(
      `INSERT INTO core.secret (name, sealed) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET sealed = EXCLUDED.sealed, updated_at = now()`,
      { bind: [name, this.#sealer.seal(value, secretPlace(name))] },
    )
  }
}
