import t, { type Test } from 'tap'
import { claimedRights } from '#core/auth/login/claimed-organizations.ts'
import { rows } from '#core/auth/platform-rows.ts'
import { startTestPlatform, type TestTenant } from '#core/testing/index.ts'
import { Browser } from './identity-under-test.ts'
import { signIn, startKeycloak } from './keycloak.ts'

type Alias = { readonly alias: string; readonly providerId?: string }

/** A platform whose people come from an outside provider, which says what the test has it say. */
async function provided(t: Test) {
  const said = { organization: undefined as unknown, realmRoles: [] as string[], subject: '' }
  const keycloak = await startKeycloak(t, {
    realmRoles: said.realmRoles,
    organization: () => said.organization,
    subject: () => said.subject,
  })
  const issuer = { url: keycloak.url, clientSecret: 'known to both', audience: 'guildhall-api' }
  const platform = await startTestPlatform({ plugins: [], issuer })
  t.teardown(() => platform.close())
  /** Signs somebody in; what is given acts as him, in the organisation named. */
  const enter = async (subject: string, organization?: unknown, realmRoles: readonly string[] = []) => {
    Object.assign(said, { subject, organization })
    said.realmRoles.splice(0, said.realmRoles.length, ...realmRoles)
    const browser = new Browser(platform.app)
    t.equal((await signIn(browser)).statusCode, 303, `${subject} signs in`)
    const headers = {
      cookie: `sid=${browser.cookies.get('sid')!.value}`,
      'x-csrf': '1',
      'sec-fetch-site': 'same-origin',
    }
    return (method: 'GET' | 'PUT' | 'DELETE', url: string, payload?: object, where?: TestTenant) =>
      platform.app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { ...headers, ...(where && { 'x-organization': where.id }) },
        ...(payload && { payload }),
      })
  }
  const operators = await platform.tenant('Operators')
  const operator = await enter('operator', undefined, ['super_admin'])
  const link = async (club: TestTenant, aliases: readonly Alias[]) =>
    operator('PUT', `/organizations/${club.id}/aliases`, { aliases }, operators)
  const rolesIn = async (club: TestTenant, subject: string): Promise<string[]> =>
    (
      await rows<{ role: string }>(
        platform.runtime.database.platform,
        `SELECT g.role FROM core."grant" g JOIN core.app_user u ON u.id = g.principal_id
          WHERE g.tenant_id = $1 AND u.subject = $2 ORDER BY g.role`,
        [club.id, subject],
      )
    ).map(({ role }) => role)
  const belongs = async (subject: string): Promise<string[]> => {
    const found = await rows<{ slug: string }>(
      platform.runtime.database.platform,
      `SELECT o.slug FROM core.affiliation a JOIN core.app_user u ON u.id = a.user_id JOIN core.tenant o ON o.id = a.tenant_id
        WHERE u.subject = $1 ORDER BY o.slug`,
      [subject],
    )
    return found.map(({ slug }) => slug)
  }
  return { platform, enter, link, rolesIn, belongs, operator, operators }
}
const treasurer = (role = 'books') => ({ claim: 'organization-role', value: 'treasurer', role })

async function withBooks(club: TestTenant) {
  const admin = await club.admin()
  const made = await admin.post('/api/v1/roles', { key: 'books', title: 'Books', permissions: ['core.audit.read'] })
  if (made.statusCode !== 201) throw new Error(made.body)
  return admin
}

t.test('a linked alias lets its people belong, a mapped role gives its role, and both are audited', async (t) => {
  const { platform, enter, link, rolesIn, belongs } = await provided(t)
  const club = await platform.tenant('Acme')
  const admin = await withBooks(club)
  t.equal((await link(club, [{ alias: 'acme' }])).statusCode, 200)
  t.equal((await admin.put('/api/v1/role-mappings', { mappings: [treasurer()] })).statusCode, 200)

  await enter('in-a-list', ['acme', 'unlinked'])
  t.same(await belongs('in-a-list'), [club.slug])
  t.same(await rolesIn(club, 'in-a-list'), [], 'names alone bring no role')

  const call = await enter('in-an-object', { acme: { id: 'a1', roles: ['treasurer', 'unmapped'] }, unlinked: {} })
  t.same(await rolesIn(club, 'in-an-object'), ['books'], 'what is mapped and nothing more')
  t.match((await call('GET', '/auth/status')).json(), {
    currentOrganization: club.id,
    permissions: ['core.audit.read'],
  })
  const { items } = (await admin.get('/api/v1/audit?event=core.claim-proposed&sort=at')).json()
  t.match(
    items.map(({ meta }: { meta: object }) => meta),
    [
      { belongs: true, outcome: 'applied' },
      { belongs: true, outcome: 'applied' },
      { ...treasurer(), outcome: 'applied' },
    ],
  )
  const told = await rows<{ outcome: string; meta: object }>(
    platform.runtime.database.platform,
    `SELECT outcome, meta FROM core.platform_audit_event WHERE event = 'auth.claims-proposed' ORDER BY id`,
  )
  t.match(told[0], { outcome: 'success', meta: { organizations: ['acme', 'unlinked'], linked: 1 } })
})

t.test('without the claim, as at Keycloak 20, or without a link nothing happens', async (t) => {
  const { platform, enter, link, rolesIn, belongs } = await provided(t)
  const club = await platform.tenant('Acme')
  const admin = await withBooks(club)
  const mappings = [treasurer(), { claim: 'realm-role', value: 'treasurer', role: 'books' }]
  t.equal((await admin.put('/api/v1/role-mappings', { mappings })).statusCode, 200)
  await enter('early', { [club.slug]: { roles: ['treasurer'] } })
  t.same(await belongs('early'), [], 'the slug is no alias')
  await link(club, [{ alias: 'acme' }])
  await enter('no-claim', undefined, ['treasurer'])
  t.same([await belongs('no-claim'), await rolesIn(club, 'no-claim')], [[], []])
  for (const odd of ['acme', 7, [{ acme: 1 }], { acme: 'treasurer', '': {} }, null]) await enter('odd', odd)
  t.same([await belongs('odd'), await rolesIn(club, 'odd')], [[club.slug], []])
  await enter('realm', ['acme'], ['treasurer'])
  t.same(await rolesIn(club, 'realm'), ['books'], 'a realm role counts where the claim names the organisation')
})

t.test('a proposal counts once: what an administrator gave stays, what he took stays away', async (t) => {
  const { platform, enter, link, rolesIn, belongs } = await provided(t)
  const club = await platform.tenant('Acme')
  const admin = await withBooks(club)
  await link(club, [{ alias: 'acme' }])
  await admin.put('/api/v1/role-mappings', { mappings: [treasurer()] })
  const said = { acme: { roles: ['treasurer'] } }
  await enter('ada', ['acme'])
  const [user] = await rows<{ id: string }>(
    platform.runtime.database.platform,
    `SELECT id FROM core.app_user WHERE subject = 'ada'`,
  )
  t.equal((await admin.post('/api/v1/grants', { userId: user!.id, role: 'books' })).statusCode, 201)
  await enter('ada', said)
  t.same(await rolesIn(club, 'ada'), ['books'], 'he has it already, by hand')
  await enter('ada', ['acme'])
  await enter('ada', undefined)
  t.same(await rolesIn(club, 'ada'), ['books'], 'a claim that falls silent takes nothing')
  const { items } = (await admin.get(`/api/v1/grants?user=${user!.id}`)).json()
  t.equal((await admin.delete(`/api/v1/grants/${items[0].id}`)).statusCode, 204)
  await enter('ada', said)
  t.same(await rolesIn(club, 'ada'), [], 'what was taken away is not proposed again')

  await platform.runtime.units.run({ tenantId: club.id, actor: { kind: 'system', reason: 'test' } }, (tx) =>
    platform.identity.people.unaffiliate(tx, user!.id),
  )
  await enter('ada', said)
  t.same(await belongs('ada'), [], 'nor is belonging')
})

t.test('an alias with a provider id proposes only with that id, and a suspended organisation nothing', async (t) => {
  const { platform, enter, link, belongs } = await provided(t)
  const club = await platform.tenant('Acme')
  const shut = await platform.tenant('Shut')
  await link(club, [{ alias: 'acme', providerId: 'a1' }])
  await link(shut, [{ alias: 'shut' }])
  await rows(platform.runtime.database.platform, `UPDATE core.tenant SET status = 'suspended' WHERE id = $1`, [shut.id])
  await enter('taken-over', { acme: { id: 'b2' }, shut: {} })
  await enter('no-id', ['acme', 'shut'])
  await enter('right', { acme: { id: 'a1' } })
  t.same([await belongs('taken-over'), await belongs('no-id'), await belongs('right')], [[], [], [club.slug]])
})

t.test(
  "aliases are the platform's to link, each once, and mappings reach no further than who makes them",
  async (t) => {
    const { platform, enter, link, operator, operators } = await provided(t)
    const [club, other] = [await platform.tenant('Acme'), await platform.tenant('Other')]
    const admin = await withBooks(club)
    const aliases = [
      { alias: 'acme', providerId: 'a1' },
      { alias: 'acme-old', providerId: null },
    ]
    t.equal((await link(club, [{ alias: 'acme', providerId: 'a1' }, { alias: 'acme-old' }])).statusCode, 200)
    t.same((await operator('GET', `/organizations/${club.id}/aliases`, undefined, operators)).json(), { aliases })
    t.equal((await link(other, [{ alias: 'acme' }])).statusCode, 409)
    t.equal((await link(other, [{ alias: 'twice' }, { alias: 'twice' }])).statusCode, 409)
    t.equal((await admin.put(`/api/v1/organizations/${club.id}/aliases`, { aliases })).statusCode, 403)
    const nobody = await enter('nobody')
    t.equal((await nobody('PUT', `/organizations/${club.id}/aliases`, { aliases })).statusCode, 400)

    const put = async (who: typeof admin, ...mappings: object[]) =>
      (await who.put('/api/v1/role-mappings', { mappings })).statusCode
    t.equal(await put(admin, { claim: 'realm-role', value: 'super_admin', role: 'books' }), 400)
    t.equal(await put(admin, treasurer('super_admin')), 400)
    t.equal(await put(admin, treasurer('nowhere')), 400)
    const clerk = await club.as({ permissions: ['core.grants.read', 'core.grants.manage'] })
    t.equal(await put(clerk, treasurer()), 403, 'nobody maps what he does not hold')
    t.equal(await put(admin, treasurer(), treasurer()), 200)
    t.match((await admin.get('/api/v1/role-mappings')).json().mappings, [treasurer()])
    t.equal(await put(clerk, treasurer()), 200, 'what stands may stay')
    t.equal((await admin.delete('/api/v1/roles/books')).statusCode, 409, 'a mapped role is in use')
    t.equal(await put(clerk), 200)
    t.equal((await admin.delete('/api/v1/roles/books')).statusCode, 204)
  },
)

t.test('what a claim says is bounded, whatever its shape', (t) => {
  const many = Array.from({ length: 500 }, (_, i) => `o${i}`)
  t.equal(claimedRights({ organization: many }).organizations.length, 200)
  t.equal(claimedRights({ organization: Object.fromEntries(many.map((name) => [name, {}])) }).organizations.length, 200)
  t.same(claimedRights({ organization: ['x'.repeat(201), '', 3] }), { organizations: [], realmRoles: [] })
  t.same(claimedRights({ realm_access: { roles: 'admin' } }), { organizations: [], realmRoles: [] })
  t.end()
})
