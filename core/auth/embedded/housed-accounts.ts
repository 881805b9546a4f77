import type { Sequelize } from 'sequelize'
import { emailKey } from '../email-key.ts'
import { embeddedIssuerName } from '../issuer/issuer.ts'
import { rows } from '../platform-rows.ts'

/** An account with the organisations that may write to its owner. */
export interface HousedAccount {
  readonly id: string
  readonly userId: string
  readonly email: string
  readonly name: string | null
  readonly organizations: readonly { readonly id: string; readonly slug: string }[]
}

interface Row extends HousedAccount {
  readonly globalRole: string | null
}

const housedSql = (condition: string) => `
  SELECT a.id, u.id AS "userId", a.email, a.name, u.global_role AS "globalRole",
         coalesce(json_agg(json_build_object('id', o.id, 'slug', o.slug) ORDER BY f.created_at, o.id)
                  FILTER (WHERE o.id IS NOT NULL), '[]') AS organizations
    FROM core.account a
    JOIN core.app_user u ON u.issuer = $2 AND u.subject = a.id::text
    LEFT JOIN core.affiliation f ON f.user_id = u.id
    LEFT JOIN core.tenant o ON o.id = f.tenant_id AND o.status = 'active' AND o.copy_of IS NULL
         AND (a.confined_to IS NULL OR a.confined_to = o.id)
   WHERE ${condition} AND NOT a.disabled AND NOT u.disabled
   GROUP BY a.id, u.id ORDER BY a.confined_to IS NOT NULL, a.twin, a.created_at, a.id`

/** Every account of an address that can sign in, with where it belongs. @param o see `accountOfUser` */
export const accountsOf = async (
  platform: Sequelize,
  email: string,
  o: { byDefault?: string | undefined } = {},
): Promise<HousedAccount[]> => {
  const found = await rows<Row>(platform, housedSql('a.email_key = $1'), [emailKey(email), embeddedIssuerName])
  return Promise.all(found.map((row) => housed(platform, row, o.byDefault)))
}

/**
 * The account behind a user.
 * @param o.byDefault slug or id: whose outbox serves the platform's own people, who belong to no organisation. Without
 *   one it is the only organisation there is; among several nobody chose one.
 */
export async function accountOfUser(
  platform: Sequelize,
  userId: string,
  o: { byDefault?: string | undefined } = {},
): Promise<HousedAccount | null> {
  const [row] = await rows<Row>(platform, housedSql('u.id = $1::uuid'), [userId, embeddedIssuerName])
  return row ? housed(platform, row, o.byDefault) : null
}

async function housed(platform: Sequelize, row: Row, byDefault: string | undefined): Promise<HousedAccount> {
  const { globalRole, ...account } = row
  if (account.organizations.length > 0 || globalRole === null) return account
  const all = await rows<{ id: string; slug: string }>(
    platform,
    `SELECT id, slug FROM core.tenant WHERE status = 'active' AND copy_of IS NULL
        AND ($1::text IS NULL OR slug = $1 OR id::text = $1) LIMIT 2`,
    [byDefault ?? null],
  )
  return { ...account, organizations: all.length === 1 ? all : [] }
}
