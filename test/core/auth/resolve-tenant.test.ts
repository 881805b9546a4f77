import type { Problem } from '@guildhall/sdk'
import t from 'tap'
import type { Affiliation, Principal } from '#core/auth/index.ts'
import { resolveTenant } from '#core/auth/resolve-tenant.ts'

const organization = (slug: string, status: Affiliation['status'] = 'active'): Affiliation => ({
  id: `id-${slug}`,
  slug,
  name: slug,
  status,
})
const all = [organization('club'), organization('choir'), organization('foreign'), organization('closed', 'suspended')]
const directory = { find: async (name: string) => all.find(({ id, slug }) => id === name || slug === name) ?? null }
const user = (slugs: string[], globalRole?: 'super_admin' | 'platform_auditor'): Principal => ({
  kind: 'user',
  id: 'u',
  organizations: all.filter(({ slug }) => slugs.includes(slug)),
  ...(globalRole ? { globalRole } : {}),
})
const token: Principal = { kind: 'token', id: 't', tenantId: 'id-club', role: 'admin', scopes: null }

/** Who, whom he names, the default: which organisation, or which problem. */
const table: [string, Principal, string | undefined, string | undefined, string | number][] = [
  ['a token without a name', token, undefined, undefined, 'id-club'],
  ['a token that names its own by slug', token, 'club', undefined, 'id-club'],
  ['a token that names its own by id', token, 'id-club', undefined, 'id-club'],
  ['a token that names another', token, 'choir', undefined, 404],
  ['a token that names one that is not', token, 'nowhere', undefined, 404],
  ['a token and the default: it stays', token, undefined, 'choir', 'id-club'],
  ['the only one', user(['club']), undefined, undefined, 'id-club'],
  ['the only one, whatever the default', user(['club']), undefined, 'choir', 'id-club'],
  ['one of several, by slug', user(['club', 'choir']), 'choir', undefined, 'id-choir'],
  ['one of several, by id', user(['club', 'choir']), 'id-choir', undefined, 'id-choir'],
  ['several and none named', user(['club', 'choir']), undefined, undefined, 400],
  ['several and a default of theirs', user(['club', 'choir']), undefined, 'choir', 'id-choir'],
  ['several and a default of others', user(['club', 'choir']), undefined, 'foreign', 400],
  ['nobody anywhere', user([]), undefined, 'club', 400],
  ["somebody else's", user(['club']), 'foreign', undefined, 404],
  ['one that is not', user(['club']), 'nowhere', undefined, 404],
  ['a suspended one of his', user(['closed']), undefined, undefined, 403],
  ["somebody else's suspended one", user(['club']), 'closed', undefined, 404],
  ['a super admin names any', user([], 'super_admin'), 'foreign', undefined, 'id-foreign'],
  ['an auditor names any', user([], 'platform_auditor'), 'foreign', undefined, 'id-foreign'],
  ['a super admin names a suspended one', user([], 'super_admin'), 'closed', undefined, 403],
  ['a super admin names none', user([], 'super_admin'), undefined, 'club', 400],
  ['white space is no name', user(['club']), ' ', undefined, 'id-club'],
]

t.test('which organisation a request is about', async (t) => {
  for (const [name, principal, named, byDefault, expected] of table) {
    const found = await resolveTenant(principal, named, { directory, byDefault }).catch((e: Problem) => e.status)
    t.equal(found, expected, name)
  }
})

t.test("another's organisation answers exactly as none", async (t) => {
  const of = async (principal: Principal, name: string) => {
    const problem = await resolveTenant(principal, name, { directory }).catch((e: Problem) => e)
    return problem instanceof Error ? { kind: problem.kind, detail: problem.detail } : problem
  }
  for (const principal of [token, user(['club'])])
    t.same(await of(principal, 'foreign'), await of(principal, 'nowhere'))
})
