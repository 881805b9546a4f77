import type { Sequelize, Transaction } from 'sequelize'
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../../clock.ts'
import { emailKey } from '../email-key.ts'
import { embeddedIssuerName } from '../issuer/issuer.ts'
import { rows } from '../platform-rows.ts'
import type { GlobalRole } from '../principal.ts'
import { hashPassword, passwordMatches, type ScryptCost } from './password-hash.ts'

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
  /** The one organisation that vouches for it. Default: none, it may be let in anywhere. */
  readonly confinedTo?: string
}
interface Row extends Account {
  password_hash: string | null
}

const columns = `id, email, email_verified AS "emailVerified", name, must_change_password AS "mustChangePassword"`
/** Failures in a row before the account is locked; each further one doubles the minute, up to an hour. */
const failuresAllowed = 5

/** Local accounts of the embedded provider. An account's id is its subject; its user exists from the start. */
export class Accounts {
  readonly #platform: Sequelize
  readonly #clock: Clock
  readonly #cost: ScryptCost

  constructor(o: { platform: Sequelize; clock: Clock; scryptCost: ScryptCost }) {
    this.#platform = o.platform
    this.#clock = o.clock
    this.#cost = o.scryptCost
  }

  async any(transaction?: Transaction): Promise<boolean> {
    return (await rows(this.#platform, 'SELECT 1 FROM core.account LIMIT 1', [], transaction)).length > 0
  }

  async byId(id: string): Promise<Account | null> {
    const sql = `SELECT ${columns} FROM core.account WHERE id::text = $1 AND NOT disabled`
    return (await rows<Account>(this.#platform, sql, [id]))[0] ?? null
  }

  /** The account of this address that an operator made, or that was proven first; or the one of the organisation. */
  async byEmail(email: string, o: { confinedTo?: string } = {}): Promise<Account | null> {
    const [condition, bind] = o.confinedTo
      ? ['confined_to = $2', [emailKey(email), o.confinedTo]]
      : ['confined_to IS NULL AND NOT twin', [emailKey(email)]]
    const sql = `SELECT ${columns} FROM core.account WHERE email_key = $1 AND ${condition}`
    return (await rows<Account>(this.#platform, sql, bind as string[]))[0] ?? null
  }

  /** Their users, of every account with this address. */
  async usersByEmail(email: string): Promise<string[]> {
    const found = await rows<{ id: string }>(
      this.#platform,
      `SELECT u.id FROM core.account a JOIN core.app_user u ON u.issuer = $2 AND u.subject = a.id::text
        WHERE a.email_key = $1`,
      [emailKey(email), embeddedIssuerName],
    )
    return found.map(({ id }) => id)
  }

  /** Null when there is an account with this address already, in the organisation it is confined to where it is. */
  async create(o: NewAccount, outer?: Transaction): Promise<{ accountId: string; userId: string } | null> {
    const hash = o.password === undefined ? null : await hashPassword(o.password, this.#cost)
    const make = async (transaction: Transaction) => {
      const [account] = await rows<{ id: string }>(
        this.#platform,
        `INSERT INTO core.account (id, email, email_key, email_verified, name, password_hash, must_change_password, confined_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id`,
        [
          uuidv7(),
          o.email.trim(),
          emailKey(o.email),
          o.emailVerified ?? false,
          o.name,
          hash,
          o.mustChangePassword ?? false,
          o.confinedTo ?? null,
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

  /**
   * Null for a wrong pair, a locked and a disabled account alike, after the same work. Where several accounts have the
   * address, the password says which is meant.
   */
  async verify(email: string, password: string): Promise<Account | null> {
    const found = await rows<Row>(
      this.#platform,
      `SELECT ${columns}, password_hash FROM core.account WHERE email_key = $1 AND NOT disabled
        ORDER BY confined_to IS NOT NULL, twin, created_at, id`,
      [emailKey(email)],
    )
    return this.#matching(found, password)
  }

  /** The first whose password it is; the same work whether or not there is any. */
  async #matching(found: readonly Row[], password: string): Promise<Account | null> {
    const tried = await this.#try(found.map(({ id }) => id))
    const open = found.filter(({ id }) => tried.includes(id))
    if (open.length === 0) await passwordMatches(password, null, this.#cost)
    for (const { password_hash: hash, ...account } of open) {
      if (!(await passwordMatches(password, hash, this.#cost))) continue
      await this.#succeeded(account.id, tried)
      return account
    }
    return null
  }

  /**
   * Counts the failure before it is one: of a hundred guesses at once no more get through than one after the other.
   * Gives those that may be tried; a locked one may not.
   */
  async #try(ids: readonly string[]): Promise<string[]> {
    const now = this.#clock.now().toISOString()
    const open = await rows<{ id: string }>(
      this.#platform,
      `WITH mine AS (SELECT id FROM core.account WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE)
       UPDATE core.account a SET failed_logins = a.failed_logins + 1,
              locked_until = CASE WHEN a.failed_logins + 1 >= $2
                THEN $3::timestamptz + least(interval '1 minute' * power(2, a.failed_logins + 1 - $2), interval '1 hour') END
         FROM mine WHERE a.id = mine.id AND (a.locked_until IS NULL OR a.locked_until <= $3) RETURNING a.id`,
      [ids, failuresAllowed, now],
    )
    return open.map(({ id }) => id)
  }

  /** It was no failure: neither of the account that was meant, nor of the others with its address. */
  async #succeeded(id: string, tried: readonly string[]): Promise<void> {
    await rows(
      this.#platform,
      `UPDATE core.account SET failed_logins = CASE WHEN id = $1 THEN 0 ELSE greatest(failed_logins - 1, 0) END,
              locked_until = CASE WHEN id <> $1 AND failed_logins > $3 THEN locked_until END
        WHERE id = ANY($2::uuid[])`,
      [id, tried, failuresAllowed],
    )
  }

  /** Whether it is the password of this account; failures count and lock as at sign-in. */
  async confirm(id: string, password: string): Promise<boolean> {
    const [row] = await rows<Row>(
      this.#platform,
      `SELECT ${columns}, password_hash FROM core.account WHERE id = $1 AND NOT disabled`,
      [id],
    )
    return (await this.#matching(row ? [row] : [], password)) !== null
  }

  /** Whether another account of this address has this password already: sign-in could not tell the two apart. */
  async isTaken({ id, email }: Pick<Account, 'id' | 'email'>, password: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM core.account WHERE email_key = $1 AND id <> $2 AND NOT disabled LIMIT 1'
    const [other] = await rows(this.#platform, sql, [emailKey(email), id])
    if (!other) return false
    // Counted and locked as at sign-in: this must not become a way to guess.
    const verified = await this.verify(email, password)
    return verified !== null && verified.id !== id
  }
}
