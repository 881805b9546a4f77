import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sequelize } from 'sequelize'
import type { AuditPlatform } from '../audit-platform.ts'
import { rows } from '../platform-rows.ts'
import type { AccountLinks } from './account-links.ts'
import type { Accounts, NewAccount } from './accounts.ts'

/** One number for the whole database: two nodes, or two holders of the link, never both make the first account. */
const lock = 0x73657475

/**
 * How the first administrator of the embedded provider arises (SECURITY §1): from BOOTSTRAP_ADMIN_*, or by a one-time
 * link that the first start prints. There is no open wizard and no default password.
 */
export class FirstAdministrator {
  readonly #platform: Sequelize
  readonly #accounts: Accounts
  readonly #links: AccountLinks
  readonly #audit: AuditPlatform
  readonly #file: string

  constructor(o: {
    platform: Sequelize
    accounts: Accounts
    links: AccountLinks
    audit: AuditPlatform
    dataDir: string
  }) {
    this.#platform = o.platform
    this.#accounts = o.accounts
    this.#links = o.links
    this.#audit = o.audit
    this.#file = join(o.dataDir, 'setup-link')
  }

  /**
   * At each start. Gives the set-up address while there is no account; it is also written to `setup-link` in the data
   * folder (0600). A new start ends the link of the one before.
   */
  async prepare(o: {
    publicUrl: string
    email?: string | undefined
    password?: string | undefined
  }): Promise<string | null> {
    if (await this.#accounts.any()) {
      await rm(this.#file, { force: true })
      return null
    }
    if (o.email && o.password) {
      const { email, password } = o
      await this.#create(
        { email, name: email.split('@')[0]!, password, emailVerified: true, mustChangePassword: true },
        'BOOTSTRAP_ADMIN_EMAIL',
      )
      return null
    }
    const url = `${o.publicUrl}/setup#token=${await this.#links.create('setup')}`
    await mkdir(join(this.#file, '..'), { recursive: true })
    await writeFile(this.#file, `${url}\n`, { mode: 0o600 })
    // The mode counts only for a new file.
    await chmod(this.#file, 0o600)
    return url
  }

  /** False when the link has ended, was used, or somebody was faster. */
  async claim(token: string, administrator: Pick<NewAccount, 'email' | 'name' | 'password'>): Promise<boolean> {
    const claimed = await this.#create({ ...administrator, emailVerified: true }, 'set-up link', token)
    if (claimed) await rm(this.#file, { force: true })
    return claimed
  }

  async #create(administrator: NewAccount, by: string, token?: string): Promise<boolean> {
    const made = await this.#platform.transaction(async (transaction) => {
      await rows(this.#platform, 'SELECT pg_advisory_xact_lock($1)', [lock], transaction)
      if (token !== undefined && !(await this.#links.take(['setup'], token, transaction))) return null
      if (await this.#accounts.any(transaction)) return null
      await rows(this.#platform, "DELETE FROM core.account_link WHERE purpose = 'setup'", [], transaction)
      return this.#accounts.create({ ...administrator, globalRole: 'super_admin' }, transaction)
    })
    if (!made) return false
    await this.#audit({
      event: 'auth.first-administrator',
      outcome: 'success',
      actor: { kind: 'user', id: made.userId },
      meta: { by },
    })
    return true
  }
}
