import type { Sequelize } from 'sequelize'
import { rows } from '../platform-rows.ts'
import type { TokenPrincipal } from '../principal.ts'
import { refusedCredential, suspended } from '../refusal.ts'
import type { LastUse } from './last-use.ts'
import { hashToken, isTokenShaped } from './token-format.ts'

interface Known {
  readonly principal: TokenPrincipal
  readonly expiresAt: number
}
interface Row {
  tenant_id: string
  id: string
  role: string
  scopes: string[] | null
  made_by: string | null
  expires_at: Date | null
  revoked_at: Date | null
  tenant_status: string
}

/** Most tokens remembered; a principal is some 300 bytes. */
const most = 10_000

/**
 * Turns an API token into its principal. What the database said is remembered until the organisation's epoch changes
 * (`invalidate`); the end of a token is asked at every use. Refusals are never remembered: guesses would fill the memory.
 */
export class TokenDoor {
  readonly #platform: Sequelize
  readonly #lastUse: LastUse
  readonly #now: () => number
  readonly #known = new Map<string, Known>()
  #remembering = false
  /** Rises with every invalidation: an answer asked for before it must not be remembered after it. */
  #generation = 0

  constructor(o: { platform: Sequelize; lastUse: LastUse; now: () => number }) {
    this.#platform = o.platform
    this.#lastUse = o.lastUse
    this.#now = o.now
  }

  /** @throws Problem 401; 403 when the organisation is suspended */
  async principalOf(token: string): Promise<TokenPrincipal> {
    if (!isTokenShaped(token)) throw refusedCredential('This is not an API token.')
    const hash = hashToken(token)
    const known = this.#known.get(hash) ?? (await this.#ask(hash))
    if (known.expiresAt <= this.#now()) throw refusedCredential('The API token has ended.')
    this.#lastUse.note(known.principal)
    return known.principal
  }

  invalidate(tenantId?: string): void {
    this.#generation++
    if (!tenantId) this.#known.clear()
    for (const [hash, { principal }] of this.#known) if (principal.tenantId === tenantId) this.#known.delete(hash)
  }

  /** Off while nobody would tell us of changes; it starts off. */
  setCaching(on: boolean): void {
    this.#remembering = on
    this.invalidate()
  }

  async #ask(hash: string): Promise<Known> {
    const generation = this.#generation
    const [row] = await rows<Row>(this.#platform, 'SELECT * FROM core.token_by_hash($1)', [hash])
    if (!row || row.revoked_at) throw refusedCredential('The API token is not known, or was revoked.')
    if (row.tenant_status !== 'active') throw suspended()
    const known: Known = {
      principal: {
        kind: 'token',
        id: row.id,
        tenantId: row.tenant_id,
        role: row.role,
        scopes: row.scopes,
        ...(row.made_by ? { madeBy: row.made_by } : {}),
      },
      expiresAt: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
    }
    if (this.#remembering && generation === this.#generation) this.#remember(hash, known)
    return known
  }

  #remember(hash: string, known: Known): void {
    if (this.#known.size >= most) this.#known.delete(this.#known.keys().next().value as string)
    this.#known.set(hash, known)
  }
}
