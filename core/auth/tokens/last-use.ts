import type { Sequelize } from 'sequelize'
import { rows } from '../platform-rows.ts'
import type { TokenPrincipal } from '../principal.ts'

const minute = 60_000

/**
 * Remembers when tokens were used and writes it down together, at most once a minute a token: no answer waits for it,
 * and the epoch does not change with it.
 */
export class LastUse {
  readonly #platform: Sequelize
  readonly #now: () => number
  readonly #onError: (error: unknown) => void
  #used = new Map<string, { tenantId: string; at: number }>()
  #timer: NodeJS.Timeout | null = null

  constructor(o: { platform: Sequelize; now: () => number; onError: (error: unknown) => void }) {
    this.#platform = o.platform
    this.#now = o.now
    this.#onError = o.onError
  }

  note({ id, tenantId }: TokenPrincipal): void {
    const noted = this.#used.get(id)
    if (noted) noted.at = this.#now()
    else this.#used.set(id, { tenantId, at: this.#now() })
    this.#timer ??= setTimeout(() => this.flush().catch(this.#onError), minute).unref()
  }

  /** Writes what is noted. Called by the clock, and once more before the node stops. */
  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const used = [...this.#used]
    this.#used = new Map()
    if (used.length === 0) return
    await rows(
      this.#platform,
      `UPDATE core.api_token t SET last_used_at = greatest(t.last_used_at, u.at)
         FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS u (tenant_id, id, at)
        WHERE t.tenant_id = u.tenant_id AND t.id = u.id`,
      [used.map(([, u]) => u.tenantId), used.map(([id]) => id), used.map(([, u]) => new Date(u.at).toISOString())],
    )
  }
}
