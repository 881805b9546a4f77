import { Problem, problems } from '@guildhall/sdk'
import type { Sequelize } from 'sequelize'
import type { AuditPlatform } from './audit-platform.ts'
import { emailKey } from './email-key.ts'
import { rows } from './platform-rows.ts'
import type { GlobalRole } from './principal.ts'

/** One number for the whole database: of two first sign-ins at once, one becomes the administrator. */
const lock = 0x61646d69

/** The two roles above all organisations. */
export class GlobalRoles {
  readonly #platform: Sequelize
  readonly #audit: AuditPlatform

  constructor(o: { platform: Sequelize; audit: AuditPlatform }) {
    this.#platform = o.platform
    this.#audit = o.audit
  }

  /**
   * For the CLI (`guildhall admin grant <email>`). An address the provider has not verified counts for nothing.
   * @param role null takes the role away
   * @throws Problem 404 when nobody signed in with this verified address, 409 when several did
   */
  async grant(email: string, role: GlobalRole | null): Promise<{ userId: string }> {
    const users = await rows<{ id: string }>(
      this.#platform,
      'SELECT id FROM core.app_user WHERE email_key = $1 AND email_verified AND NOT disabled',
      [emailKey(email)],
    )
    if (users.length === 0)
      throw new Problem(problems.notFound, { detail: 'Nobody with this verified address has signed in yet.' })
    if (users.length > 1)
      throw new Problem(problems.conflict, {
        detail: 'Several users have this address: they come from different identity providers.',
      })
    const userId = users[0]!.id
    await rows(this.#platform, 'UPDATE core.app_user SET global_role = $2 WHERE id = $1', [userId, role])
    await this.#audit({
      event: role ? 'auth.global-role-granted' : 'auth.global-role-taken',
      outcome: 'success',
      actor: { kind: 'system', id: 'command line' },
      meta: { userId, role },
    })
    return { userId }
  }

  /** At an external provider: BOOTSTRAP_ADMIN_EMAIL becomes the first super admin, while there is none. */
  async bootstrap(userId: string): Promise<boolean> {
    const granted = await this.#platform.transaction(async (transaction) => {
      await rows(this.#platform, 'SELECT pg_advisory_xact_lock($1)', [lock], transaction)
      return rows(
        this.#platform,
        `UPDATE core.app_user SET global_role = 'super_admin'
          WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM core.app_user WHERE global_role = 'super_admin') RETURNING id`,
        [userId],
        transaction,
      )
    })
    if (granted.length === 0) return false
    await this.#audit({
      event: 'auth.first-administrator',
      outcome: 'success',
      actor: { kind: 'user', id: userId },
      meta: { by: 'BOOTSTRAP_ADMIN_EMAIL' },
    })
    return true
  }
}
