import type { Sequelize } from 'sequelize'
import { v7 as uuidv7 } from 'uuid'
import { emailKey } from '../email-key.ts'
import { rows } from '../platform-rows.ts'
import type { Affiliation, GlobalRole, UserPrincipal } from '../principal.ts'

/** What an identity provider says about a person who signs in. */
export interface Claims {
  /** As `core.app_user` names the provider: its address, or `embedded`. */
  readonly issuer: string
  readonly subject: string
  readonly email?: string | undefined
  readonly emailVerified?: boolean | undefined
  readonly name?: string | undefined
}
interface Row {
  id: string
  email: string | null
  name: string | null
  global_role: GlobalRole | null
  organizations: Affiliation[]
}

const principalSql = (condition: string) => `
  SELECT u.id, u.email, u.name, u.global_role,
         coalesce(json_agg(json_build_object('id', o.id, 'slug', o.slug, 'name', o.name, 'status', o.status)
                           ORDER BY o.name, o.id) FILTER (WHERE o.id IS NOT NULL), '[]') AS organizations
    FROM core.app_user u
    LEFT JOIN core.affiliation a ON a.user_id = u.id
    LEFT JOIN core.tenant o ON o.id = a.tenant_id
   WHERE NOT u.disabled AND ${condition}
   GROUP BY u.id`

/** Subject of somebody who was invited at an external provider and has not signed in yet. */
const invited = (email: string) => `invited:${emailKey(email)}`

/**
 * People who can sign in, by (issuer, subject). Read at every request and never remembered: who is disabled or leaves an
 * organisation is out at once.
 */
export class UserDirectory {
  readonly #platform: Sequelize

  constructor(platform: Sequelize) {
    this.#platform = platform
  }

  /** Null when there is no such user, or he is disabled. */
  async byId(id: string): Promise<UserPrincipal | null> {
    const [row] = await rows<Row>(this.#platform, principalSql('u.id = $1'), [id])
    return row ? principal(row) : null
  }

  async bySubject(issuer: string, subject: string): Promise<UserPrincipal | null> {
    const sql = principalSql('u.issuer = $1 AND u.subject = $2')
    const [row] = await rows<Row>(this.#platform, sql, [issuer, subject])
    return row ? principal(row) : null
  }

  /**
   * The user behind a sign-in; the first one makes him. An invitation that waits for this address becomes his only
   * when the provider has verified the address. Gives the id, also of a disabled user.
   */
  async signedIn(claims: Claims, at: Date): Promise<{ id: string; disabled: boolean }> {
    const { issuer, subject } = claims
    const email = claims.email?.trim() || null
    const verified = claims.emailVerified === true
    if (email && verified && !subject.startsWith('invited:')) await this.#claimInvitation(issuer, subject, email)
    const [row] = await rows<{ id: string; disabled: boolean }>(
      this.#platform,
      `INSERT INTO core.app_user (id, issuer, subject, email, email_key, email_verified, name, created_at, last_login_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
       ON CONFLICT (issuer, subject) DO UPDATE
         SET email = coalesce($4, core.app_user.email), email_key = coalesce($5, core.app_user.email_key),
             email_verified = CASE WHEN $4::text IS NULL THEN core.app_user.email_verified ELSE $6 END,
             name = coalesce($7, core.app_user.name), last_login_at = $8
       RETURNING id, disabled`,
      [uuidv7(), issuer, subject, email, email && emailKey(email), verified, claims.name ?? null, at.toISOString()],
    )
    return row!
  }

  /**
   * A user of an external provider for an invitation: who signed in with this verified address, else a place that his
   * first sign-in with it takes.
   */
  async invite(issuer: string, email: string, name: string): Promise<string> {
    const [known] = await rows<{ id: string }>(
      this.#platform,
      `SELECT id FROM core.app_user WHERE issuer = $1 AND email_key = $2 AND (email_verified OR subject = $3)
        ORDER BY last_login_at DESC NULLS LAST LIMIT 1`,
      [issuer, emailKey(email), invited(email)],
    )
    if (known) return known.id
    const [made] = await rows<{ id: string }>(
      this.#platform,
      `INSERT INTO core.app_user (id, issuer, subject, email, email_key, name) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (issuer, subject) DO UPDATE SET subject = EXCLUDED.subject RETURNING id`,
      [uuidv7(), issuer, invited(email), email, emailKey(email), name],
    )
    return made!.id
  }

  async #claimInvitation(issuer: string, subject: string, email: string): Promise<void> {
    await rows(
      this.#platform,
      `UPDATE core.app_user SET subject = $2 WHERE issuer = $1 AND subject = $3
          AND NOT EXISTS (SELECT 1 FROM core.app_user WHERE issuer = $1 AND subject = $2)`,
      [issuer, subject, invited(email)],
    )
  }
}

const principal = (row: Row): UserPrincipal => ({
  kind: 'user',
  id: row.id,
  ...(row.email ? { email: row.email } : {}),
  ...(row.name ? { name: row.name } : {}),
  ...(row.global_role ? { globalRole: row.global_role } : {}),
  organizations: row.organizations,
})
