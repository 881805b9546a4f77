import { createHash, randomBytes } from 'node:crypto'
import type { Sequelize, Transaction } from 'sequelize'
import type { Clock } from '../../clock.ts'
import { rows } from '../platform-rows.ts'

const hash = (token: string) => createHash('sha256').update(token).digest('hex')
const hour = 3_600_000
const days = 24 * hour
/** What a link is for, and how long it is good. */
const lifetime = { setup: days, password: 7 * days, reset: hour, address: days }
export type LinkPurpose = keyof typeof lifetime
/** Those at which a password is chosen: somebody else chose to send the first, the second was asked for. */
export const passwordPurposes = ['password', 'reset'] as const satisfies readonly LinkPurpose[]

/** One-time links: 256 random bits, of which only the hash is kept. */
export class AccountLinks {
  readonly #platform: Sequelize
  readonly #clock: Clock

  constructor(o: { platform: Sequelize; clock: Clock }) {
    this.#platform = o.platform
    this.#clock = o.clock
  }

  /**
   * A new link ends the older ones of the same purpose for the same account, and no others: whoever asks for a forgotten
   * password must not end the first link of somebody who was just invited.
   * @param o.provesAddress it goes to the account's mailbox and is shown to nobody else
   * @param o.lastsMs default: what the purpose gives
   */
  async create(
    purpose: LinkPurpose,
    accountId: string | null = null,
    o: { provesAddress?: boolean; lastsMs?: number } = {},
  ): Promise<string> {
    const token = randomBytes(32).toString('base64url')
    const now = this.#clock.now().getTime()
    const endsAt = new Date(now + (o.lastsMs ?? lifetime[purpose]))
    await rows(
      this.#platform,
      `WITH old AS (DELETE FROM core.account_link
                     WHERE expires_at < $5 OR (purpose = $2 AND account_id IS NOT DISTINCT FROM $3::uuid))
       INSERT INTO core.account_link (token_hash, purpose, account_id, expires_at, proves_address) VALUES ($1, $2, $3, $4, $6)`,
      [hash(token), purpose, accountId, endsAt.toISOString(), new Date(now).toISOString(), o.provesAddress ?? false],
    )
    return token
  }

  /** Uses the link up: of two at once, one gets it. Null for one that is unknown, used or ended. */
  async take(
    purposes: readonly LinkPurpose[],
    token: string,
    transaction: Transaction,
  ): Promise<{ accountId: string | null; provesAddress: boolean } | null> {
    const [row] = await rows<{ accountId: string | null; provesAddress: boolean }>(
      this.#platform,
      `DELETE FROM core.account_link WHERE token_hash = $1 AND purpose = ANY($2::text[]) AND expires_at > $3
       RETURNING account_id AS "accountId", proves_address AS "provesAddress"`,
      [hash(token), purposes, this.#clock.now().toISOString()],
      transaction,
    )
    return row ?? null
  }

  /** The account behind a link, without using it up. */
  async peek(purposes: readonly LinkPurpose[], token: string): Promise<{ accountId: string | null } | null> {
    const [row] = await rows<{ accountId: string | null }>(
      this.#platform,
      `SELECT account_id AS "accountId" FROM core.account_link
        WHERE token_hash = $1 AND purpose = ANY($2::text[]) AND expires_at > $3`,
      [hash(token), purposes, this.#clock.now().toISOString()],
    )
    return row ?? null
  }

  /** All of them: whoever holds an older one must not undo what a newer one did. */
  async endAllOf(accountId: string, transaction: Transaction): Promise<void> {
    await rows(this.#platform, 'DELETE FROM core.account_link WHERE account_id = $1', [accountId], transaction)
  }
}
