import type { Sequelize } from 'sequelize'
import type { Clock } from '../../clock.ts'
import { embeddedIssuerName, type Issuer } from '../issuer/issuer.ts'
import { rows } from '../platform-rows.ts'
import type { Principal, ServiceAccountPrincipal } from '../principal.ts'
import { refusedCredential, suspended } from '../refusal.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import { realmRole } from '../users/realm-role.ts'
import type { UserDirectory } from '../users/user-directory.ts'
import { clientOf, type TokenClaims } from './token-rules.ts'

interface AccountRow {
  tenant_id: string
  id: string
  role: string
  scopes: string[] | null
  made_by: string | null
  disabled: boolean
  tenant_status: string
}

/** Who stands behind verified claims: a service account by its client, or a user by (issuer, subject). */
export function principalOfClaims(o: {
  issuer: Issuer
  platform: Sequelize
  users: UserDirectory
  sessions: SessionStore
  clock: Clock
}): (claims: TokenClaims) => Promise<Principal> {
  const serviceAccount = async (client: string): Promise<ServiceAccountPrincipal> => {
    const sql = 'SELECT * FROM core.service_account_by_client($1, $2)'
    const [row] = await rows<AccountRow>(o.platform, sql, [o.issuer.name, client])
    if (!row || row.disabled) throw refusedCredential('This client is no service account here, or was disabled.')
    if (row.tenant_status !== 'active') throw suspended()
    const madeBy = row.made_by ? { madeBy: row.made_by } : {}
    return {
      kind: 'serviceAccount',
      id: row.id,
      tenantId: row.tenant_id,
      role: row.role,
      scopes: row.scopes,
      ...madeBy,
    }
  }

  return async (claims) => {
    const client = clientOf(claims)
    if (client !== null) return serviceAccount(client)
    const subject = claims.sub as string
    if (typeof claims.sid === 'string' && (await o.sessions.sidEnded(o.issuer.name, claims.sid)))
      throw refusedCredential('The session of this token has ended.')
    let user = await o.users.bySubject(o.issuer.name, subject)
    if (!user) {
      await o.users.signedIn(personIn(o.issuer.name, claims), o.clock.now())
      user = await o.users.bySubject(o.issuer.name, subject)
    }
    if (!user) throw refusedCredential('This user was disabled.')
    const realm = o.issuer.name === embeddedIssuerName ? undefined : realmRole(claims)
    return realm ? { ...user, globalRole: realm } : user
  }
}

/** The standard claims about a person (OpenID Connect Core §5.1). */
export const personIn = (issuer: string, claims: TokenClaims) => ({
  issuer,
  subject: claims.sub as string,
  email: typeof claims.email === 'string' && claims.email.length <= 254 ? claims.email : undefined,
  emailVerified: claims.email_verified === true,
  name: typeof claims.name === 'string' ? claims.name.slice(0, 200) : undefined,
})
