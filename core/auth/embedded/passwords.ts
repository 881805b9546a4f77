import type { Sequelize, Transaction } from 'sequelize'
import type { Clock } from '../../clock.ts'
import { embeddedIssuerName } from '../issuer/issuer.ts'
import { rows } from '../platform-rows.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import { type AccountLinks, passwordPurposes } from './account-links.ts'
import type { Accounts } from './accounts.ts'
import { hashPassword, type ScryptCost } from './password-hash.ts'
import type { RememberedSignIns } from './remembered-sign-ins.ts'

/**
 * A password changes, an address is proven. With the old password ends what it opened: sessions of browsers, what the
 * provider remembers and every link.
 */
export class Passwords {
  readonly #platform: Sequelize
  readonly #clock: Clock
  readonly #accounts: Accounts
  readonly #links: AccountLinks
  readonly #sessions: SessionStore
  readonly #signIns: RememberedSignIns
  readonly #cost: ScryptCost

  constructor(o: {
    platform: Sequelize
    clock: Clock
    accounts: Accounts
    links: AccountLinks
    sessions: SessionStore
    signIns: RememberedSignIns
    scryptCost: ScryptCost
  }) {
    this.#platform = o.platform
    this.#clock = o.clock
    this.#accounts = o.accounts
    this.#links = o.links
    this.#sessions = o.sessions
    this.#signIns = o.signIns
    this.#cost = o.scryptCost
  }

  /**
   * Uses the link up and sets the password, both or neither. Where the link went to the mailbox alone, the address is
   * proven and the account is free from now on.
   * @returns false when somebody was faster, with this link or another
   */
  async setByLink(accountId: string, token: string, password: string): Promise<boolean> {
    const hash = await hashPassword(password, this.#cost)
    const ended = await this.#platform.transaction(async (transaction) => {
      // First, so that of two links at once the second finds itself ended.
      await this.#lock(accountId, transaction)
      const link = await this.#links.take(passwordPurposes, token, transaction)
      if (link?.accountId !== accountId) return null
      const afterwards = await this.#replace(accountId, hash, transaction)
      if (link.provesAddress) await this.#prove(accountId, transaction)
      return afterwards
    })
    if (ended) await this.#endSessions(accountId, ended)
    return ended !== null
  }

  /**
   * For whoever is signed in and has said the old one.
   * @param o.keep the browser he does it with: it stays signed in
   */
  async set(
    accountId: string,
    password: string,
    { keep }: { keep: { readonly sessionId: string; readonly sid?: string | undefined } },
  ): Promise<void> {
    const hash = await hashPassword(password, this.#cost)
    const ended = await this.#platform.transaction(async (transaction) => {
      await this.#lock(accountId, transaction)
      return this.#replace(accountId, hash, transaction, keep.sid)
    })
    await this.#endSessions(accountId, ended, keep.sessionId)
  }

  /** Uses up a link that went to the mailbox alone. @returns false when somebody was faster */
  async proveByLink(accountId: string, token: string): Promise<boolean> {
    return this.#platform.transaction(async (transaction) => {
      await this.#lock(accountId, transaction)
      const link = await this.#links.take(['address'], token, transaction)
      if (link?.accountId !== accountId || !link.provesAddress) return false
      await this.#prove(accountId, transaction)
      return true
    })
  }

  /** Nobody signs in with it until a link has set a password anew. */
  async void(accountId: string): Promise<void> {
    const ended = await this.#platform.transaction(async (transaction) => {
      await this.#lock(accountId, transaction)
      return this.#replace(accountId, null, transaction)
    })
    await this.#endSessions(accountId, ended)
  }

  async #lock(accountId: string, transaction: Transaction): Promise<void> {
    await rows(this.#platform, 'SELECT 1 FROM core.account WHERE id = $1 FOR UPDATE', [accountId], transaction)
  }

  /** Gives what to do after the commit; see `RememberedSignIns`. */
  async #replace(
    accountId: string,
    hash: string | null,
    transaction: Transaction,
    keepSid?: string,
  ): Promise<() => Promise<void>> {
    await rows(
      this.#platform,
      `UPDATE core.account SET password_hash = $2, must_change_password = false, failed_logins = 0, locked_until = NULL,
              updated_at = $3 WHERE id = $1`,
      [accountId, hash, this.#clock.now().toISOString()],
      transaction,
    )
    await this.#links.endAllOf(accountId, transaction)
    return this.#signIns.endAllWith(transaction, accountId, { keepSid })
  }

  async #endSessions(accountId: string, ended: () => Promise<void>, keep?: string): Promise<void> {
    await ended()
    const userId = await this.#accounts.userOf(accountId)
    if (userId) await this.#sessions.endAllOf(userId, { keep })
  }

  async #prove(accountId: string, transaction: Transaction): Promise<void> {
    // Of two that prove the same address at once, the second becomes the twin.
    await rows(
      this.#platform,
      `SELECT pg_advisory_xact_lock(hashtextextended('account:' || email_key, 0)) FROM core.account WHERE id = $1`,
      [accountId],
      transaction,
    )
    await rows(
      this.#platform,
      `UPDATE core.account a SET email_verified = true, confined_to = NULL,
              twin = a.twin OR EXISTS (SELECT 1 FROM core.account o WHERE o.email_key = a.email_key AND o.id <> a.id
                                          AND o.confined_to IS NULL AND NOT o.twin)
        WHERE a.id = $1`,
      [accountId],
      transaction,
    )
    await rows(
      this.#platform,
      'UPDATE core.app_user SET email_verified = true WHERE issuer = $1 AND subject = $2',
      [embeddedIssuerName, accountId],
      transaction,
    )
  }
}
