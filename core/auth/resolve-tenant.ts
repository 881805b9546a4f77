import { Problem, problems } from '@guildhall/sdk'
import type { OrganizationDirectory } from './organization-directory.ts'
import type { Affiliation, Principal, UserPrincipal } from './principal.ts'
import { suspended } from './refusal.ts'

type Directory = Pick<OrganizationDirectory, 'find'>

/**
 * Which organisation a request is about (ARCHITECTURE §3 step 2): a credential bound to one stays there; a user names
 * one of his; naming none he gets his only one, or the default if he belongs to it. The default never widens a credential.
 *
 * @param named slug or id from `X-Organization`
 * @param byDefault slug or id from DEFAULT_MAKERSPACE_ID
 * @throws Problem 404 for an organisation that is unknown or none of his, which look the same; 400
 *   `organization-required`; 403 for a suspended one he belongs to
 */
export async function resolveTenant(
  principal: Principal,
  named: string | undefined,
  o: { directory: Directory; byDefault?: string | undefined },
): Promise<string> {
  const name = named?.trim() || undefined
  if (principal.kind !== 'user') {
    if (name === undefined || name === principal.tenantId) return principal.tenantId
    if ((await o.directory.find(name))?.id === principal.tenantId) return principal.tenantId
    throw unknown()
  }
  const organization =
    name === undefined
      ? unnamed(principal, o.byDefault)
      : (own(principal, name) ?? (principal.globalRole ? await o.directory.find(name) : null))
  if (!organization) throw unknown()
  if (organization.status !== 'active') throw suspended()
  return organization.id
}

const own = (principal: UserPrincipal, name: string): Affiliation | undefined =>
  principal.organizations.find(({ id, slug }) => id === name || slug === name)

function unnamed(principal: UserPrincipal, byDefault: string | undefined): Affiliation {
  const { organizations } = principal
  const chosen = organizations.length === 1 ? organizations[0] : byDefault ? own(principal, byDefault) : undefined
  if (chosen) return chosen
  throw new Problem(problems.organizationRequired, {
    detail:
      organizations.length === 0 && !principal.globalRole
        ? 'You belong to no organisation yet: ask one of its administrators for an invitation.'
        : 'Name one organisation in the header X-Organization, by slug or id.',
  })
}

const unknown = () => new Problem(problems.notFound, { detail: 'There is no such organisation.' })
