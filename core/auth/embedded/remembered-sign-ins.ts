import type { Sequelize, Transaction } from 'sequelize'
import { embeddedIssuerName } from '../issuer/issuer.ts'
import { rows } from '../platform-rows.ts'
import type { SessionStore } from '../sessions/session-store.ts'

interface Remembered {
  readonly model: string
  readonly payload: { readonly authorizations?: Readonly<Record<string, { readonly sid?: string }>> }
}

const named = (placeholder: string) =>
  `EXISTS (SELECT 1 FROM jsonb_each(coalesce(payload -> 'authorizations', '{}')) AS known (client, said)
            WHERE known.said ->> 'sid' = ${placeholder})`

/**
 * What the provider remembers of a person: its sessions, grants, codes, a sign-in that stopped half way. While it does,
 * his browser signs in without a password; a session of ours that ends alone comes back at a click.
 */
export class RememberedSignIns {
  readonly #platform: Sequelize
  readonly #sessions: SessionStore

  constructor(o: { platform: Sequelize; sessions: SessionStore }) {
    this.#platform = o.platform
    this.#sessions = o.sessions
  }

  /** One browser's, by the provider's name of its session. */
  async end(sid: string): Promise<void> {
    await rows(this.#platform, `DELETE FROM core.oidc_record WHERE model = 'Session' AND ${named('$1')}`, [sid])
    await this.#refuse([sid])
  }

  /** @param o.keepSid the provider's name of the session that stays */
  async endAllOf(accountId: string, o: { keepSid?: string | undefined } = {}): Promise<void> {
    await this.#refuse(await this.#forget(accountId, o))
  }

  /**
   * The same in a transaction that changes the account.
   * @returns what to do after its commit
   */
  async endAllWith(
    transaction: Transaction,
    accountId: string,
    o: { keepSid?: string | undefined } = {},
  ): Promise<() => Promise<void>> {
    const sids = await this.#forget(accountId, o, transaction)
    return () => this.#refuse(sids)
  }

  /** Gives the provider's names of the sessions that ended. */
  async #forget(
    accountId: string,
    { keepSid }: { keepSid?: string | undefined },
    transaction?: Transaction,
  ): Promise<string[]> {
    const ended = await rows<Remembered>(
      this.#platform,
      `DELETE FROM core.oidc_record
        WHERE (payload ->> 'accountId' = $1 OR payload #>> '{result,login,accountId}' = $1) AND NOT ${named('$2')}
        RETURNING model, payload`,
      [accountId, keepSid ?? null],
      transaction,
    )
    return ended
      .filter(({ model }) => model === 'Session')
      .flatMap(({ payload }) => Object.values(payload.authorizations ?? {}).flatMap(({ sid }) => sid ?? []))
  }

  /** By name: a sign-in that is just coming back is refused its session by it. */
  async #refuse(sids: readonly string[]): Promise<void> {
    await Promise.all(sids.map((sid) => this.#sessions.endSid(embeddedIssuerName, sid)))
  }
}
