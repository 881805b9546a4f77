import { type Grant, type GrantSource, grantSources, type Role, type Tx, wholeOrganization } from '@guildhall/sdk'
import type { Principal } from '../auth/principal.ts'
import type { Enablement, PluginHost } from '../plugin-host/index.ts'

/** A principal's rights as they stand in the tables, before they are compiled. */
export interface Holdings {
  readonly grants: readonly Grant[]
  readonly self: string | null
  readonly scopes: readonly string[] | null
}

interface DirectRow {
  id: string
  role: string
  extent: Grant['extent']
  path: string | null
  valid_from: Date | null
  valid_until: Date | null
}

/** Everything the principal holds in the organisation of `tx`: global role, direct grants, member's role, seats. */
export async function holdingsOf(tx: Tx, principal: Principal, host: PluginHost, on: Enablement): Promise<Holdings> {
  if (principal.kind !== 'user') {
    const grant: Grant = { ...wholeOrganization, role: principal.role, source: { kind: 'token', id: principal.id } }
    return { grants: [grant], self: null, scopes: principal.scopes }
  }
  const global: Grant[] = principal.globalRole
    ? [{ ...wholeOrganization, role: principal.globalRole, source: { kind: 'global', id: principal.id } }]
    : []
  const own = await userHoldings(tx, principal.id, host.contributions<GrantSource>(grantSources, on))
  return { grants: [...global, ...own.grants], self: own.self, scopes: null }
}

/** What a user holds here whoever asks; also used to see whether an inviter still may. */
export async function userHoldings(
  tx: Tx,
  userId: string,
  sources: readonly GrantSource[],
): Promise<{ grants: Grant[]; self: string | null }> {
  const grants = await directGrants(tx, 'user', userId)
  let self: string | null = null
  for (const source of sources) {
    const found = await source.ofUser(tx, userId)
    grants.push(...found.grants)
    self ??= found.self
  }
  return { grants, self }
}

async function directGrants(tx: Tx, kind: 'user' | 'serviceAccount', id: string): Promise<Grant[]> {
  const rows = await tx.query<DirectRow>(
    `SELECT g.id, g.role, g.extent, n.path, g.valid_from, g.valid_until
       FROM core."grant" g LEFT JOIN core."group" n ON n.tenant_id = g.tenant_id AND n.id = g.group_id
      WHERE g.tenant_id = $1 AND g.principal_kind = $2 AND g.principal_id = $3`,
    [tx.tenantId, kind, id],
  )
  return rows.map((row) => ({
    role: row.role,
    path: row.path ?? '',
    extent: row.path === null ? 'below' : row.extent,
    from: row.valid_from,
    until: row.valid_until,
    source: { kind: 'direct', id: row.id },
  }))
}

/** The roles that an organisation made itself, beside the built-in ones. */
export async function ownRoles(tx: Tx): Promise<(Role & { title: string })[]> {
  const rows = await tx.query<{ key: string; title: string; permissions: string[] }>(
    'SELECT key, title, permissions FROM core.role WHERE tenant_id = $1 ORDER BY key',
    [tx.tenantId],
  )
  return rows.map(({ key, title, permissions }) => ({ key, title, permissions: new Set(permissions) }))
}
