import { isProblem, Party } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { Affiliation, Principal } from '../principal.ts'

/** What a principal may do in an organisation, for the console's menus. */
export type DescribeAccess = (
  principal: Principal,
  tenantId: string,
) => Promise<{ roles: readonly string[]; permissions: readonly string[] }>

const organization = Type.Object({
  id: Type.String(),
  slug: Type.String({ description: 'Its name in addresses' }),
  name: Type.String({ description: 'What people read' }),
  status: Type.String({ description: '`active` or `suspended`' }),
})
export const statusSchema = Type.Object({
  authenticated: Type.Boolean({ description: 'Whether somebody is signed in; all else is only there then' }),
  principal: Type.Optional(Party({ description: 'Whom the session or the token stands for' })),
  user: Type.Optional(
    Type.Object(
      {
        id: Type.String(),
        email: Type.Union([Type.String(), Type.Null()]),
        name: Type.Union([Type.String(), Type.Null()], { description: 'What people read' }),
        globalRole: Type.Union([Type.String(), Type.Null()], { description: 'Over all organisations; mostly null' }),
      },
      { description: 'The person, where it is one' },
    ),
  ),
  organizations: Type.Optional(Type.Array(organization, { description: 'Where the person belongs' })),
  currentOrganization: Type.Optional(Type.Union([Type.String({ description: 'Its id' }), Type.Null()])),
  roles: Type.Optional(Type.Array(Type.String(), { description: 'Keys, in the current organisation' })),
  permissions: Type.Optional(Type.Array(Type.String(), { description: 'In the current organisation, anywhere in it' })),
})

/**
 * The answer for anybody. Without a current organisation (several and none named, or none at all) it is null and so
 * are rights: the console then asks which.
 */
export async function describeStatus(
  principal: Principal | null,
  named: string | string[] | undefined,
  o: {
    resolveTenant: (principal: Principal, named: string | undefined) => Promise<string>
    describeAccess: DescribeAccess
    /** By id. */
    organizationOf: (id: string) => Promise<Affiliation | null>
  },
): Promise<Static<typeof statusSchema>> {
  if (!principal) return { authenticated: false }
  const tenantId = await o.resolveTenant(principal, Array.isArray(named) ? named[0] : named).catch((error: unknown) => {
    if (named === undefined && isProblem(error)) return null
    throw error
  })
  const access = tenantId ? await o.describeAccess(principal, tenantId) : { roles: [], permissions: [] }
  const rights = { currentOrganization: tenantId, roles: [...access.roles], permissions: [...access.permissions] }
  if (principal.kind !== 'user') {
    const bound = await o.organizationOf(principal.tenantId)
    return {
      authenticated: true,
      principal: { kind: principal.kind, id: principal.id },
      organizations: bound ? [{ ...bound }] : [],
      ...rights,
    }
  }
  const { id, email, name, globalRole, organizations } = principal
  return {
    authenticated: true,
    principal: { kind: 'user', id },
    user: { id, email: email ?? null, name: name ?? null, globalRole: globalRole ?? null },
    organizations: organizations.map((o) => ({ ...o })),
    ...rights,
  }
}
