import type { Sequelize, Transaction } from 'sequelize'
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../../clock.ts'
import { emailKey } from '../email-key.ts'
import { embeddedIssuerName } from '../issuer/issuer.ts'
import { rows } from '../platform-rows.ts'
import type { GlobalRole } from '../principal.ts'
import { hashPassword, passwordMatches } from './password-hash.ts'

export interface Account {
  readonly id: string
  readonly email: string
  readonly emailVerified: boolean
  readonly name: string | null
  readonly mustChangePassword: boolean
}
export interface NewAccount {
  readonly email: string
  readonly name: string
  /** Without one the account cannot be used until a link has set it. */
  readonly password?: string
  readonly emailVerified?: boolean
  readonly mustChangePassword?: boolean
  readonly globalRole?: GlobalRole
}
interface Row extends Account {
  password_hash: string | null
  locked_until: Date | null
}

const columns = `id, email, email_verified AS "emailVerified", name, must_change_password AS "mustChangePassword"`
/** Failures in a row before the account is locked; each further one doubles the minute, up to an hour. */
const failuresAllowed = 5

/** Local accounts of the embedded provider. An account's id is its subject; its user exists from the start. */
export class Accounts {
  readonly #platform: Sequelize
  readonly #clock: Clock

  constructor(o: { platform: Sequelize; clock: Clock }) {
    this.#platform = o.platform
    this.#clock = o.clock
  }

  async any(transaction?: Transaction): Promise<boolean> {
    return (await rows(this.#platform, 'SELECT 1 FROM core.account LIMIT 1', [], transaction)).length > 0
  }

  async byId(id: string): Promise<Account | null> {
    const sql = `SELECT ${columns} FROM core.account WHERE id::text = $1 AND NOT disabled`
    return (await rows<Account>(this.#platform, sql, [id]))[0] ?? null
  }

  async byEmail(email: string): Promise<Account | null> {
    const sql = `SELECT ${columns} FROM core.account WHERE email_key = $1`
    return (await rows<Account>(this.#platform, sql, [emailKey(email)]))[0] ?? null
  }

  /** Null when there is an account with this address already. */
  async create(o: NewAccount, outer?: Transaction): Promise<{ accountId: string; userId: string } | null> {
    const hash = o.password === undefined ? null : await hashPassword(o.password)
    const make = async (transaction: Transaction) => {
      const [account] = await rows<{ id: string }>(
        this.#platform,
        `INSERT INTO core.account (id, email, email_key, email_verified, name, password_hash, must_change_password)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email_key) DO NOTHING RETURNING id`,
        [
          uuidv7(),
          o.email.trim(),
          emailKey(o.email),
          o.emailVerified ?? false,
          o.name,
          hash,
          o.mustChangePassword ?? false,
        ],
        transaction,
      )
      if (!account) return null
      const [user] = await rows<{ id: string }>(
        this.#platform,
        `INSERT INTO core.app_user (id, issuer, subject, email, email_key, email_verified, name, global_role)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
        [
          uuidv7(),
          embeddedIssuerName,
          account.id,
          o.email.trim(),
          emailKey(o.email),
          o.emailVerified ?? false,
          o.name,
          o.globalRole ?? null,
        ],
        transaction,
      )
      return { accountId: account.id, userId: user!.id }
    }
    return outer ? make(outer) : this.#platform.transaction(make)
  }

  async userOf(accountId: string): Promise<string | null> {
    const sql = 'SELECT id FROM core.app_user WHERE issuer = $1 AND subject = $2'
    return (await rows<{ id: string }>(this.#platform, sql, [embeddedIssuerName, accountId]))[0]?.id ?? null
  }

  /** Null for a wrong pair, a locked and a disabled account alike, after the same work. */
  async verify(email: string, password: string): Promise<Account | null> {
    const [row] = await rows<Row>(
      this.#platform,
      `SELECT ${columns}, password_hash, locked_until FROM core.account WHERE email_key = $1 AND NOT disabled`,
      [emailKey(email)],
    )
    const now = this.#clock.now()
    const locked = row?.locked_until ? row.locked_until > now : false
    const matches = await passwordMatches(password, locked ? null : (row?.password_hash ?? null))
    if (!row || locked) return null
    if (!matches) {
      await this.#failed(row.id, now)
      return null
    }
    await rows(
      this.#platform,
      'UPDATE core.account SET failed_logins = 0, locked_until = NULL WHERE id = $1 AND failed_logins > 0',
      [row.id],
    )
    const { password_hash: _hash, locked_until: _locked, ...account } = row
    return account
  }

  /** Proves the address too: the link that led here was sent to it. Ends what the provider remembers of the person. */
  async setPassword(accountId: string, password: string): Promise<void> {
    const hash = await hashPassword(password)
    await this.#platform.transaction(async (transaction) => {
      await rows(
        this.#platform,
        `UPDATE core.account SET password_hash = $2, must_change_password = false, email_verified = true,
                failed_logins = 0, locked_until = NULL, updated_at = $3 WHERE id = $1`,
        [accountId, hash, this.#clock.now().toISOString()],
        transaction,
      )
      await rows(
        this.#platform,
        `DELETE FROM core.oidc_record WHERE payload ->> 'accountId' = $1`,
        [accountId],
        transaction,
      )
    })
  }

  async #failed(id: string, now: Date): Promise<void> {
    await rows(
      this.#platform,
      `UPDATE core.account SET failed_logins = failed_logins + 1,
              locked_until = CASE WHEN failed_logins + 1 >= $2
                THEN $3::timestamptz + least(interval '1 minute' * power(2, failed_logins + 1 - $2), interval '1 hour') END
        WHERE id = $1`,
      [id, failuresAllowed, now.toISOString()],
    )
  }
}
