import { test } from 'tap'
import { accessServiceFor } from '#core/core-plugin/access/access-service.ts'
import { systemAccess } from '#core/permissions/access.ts'
import { tree } from '#core/tenancy/tree.ts'
import { signIn, startTestPlatform } from '#core/testing/index.ts'

test('an organisation copies a role, changes it, and deletes it when nobody holds it', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const made = await admin.post('/api/v1/roles', { key: 'office', title: 'Office', copyOf: 'admin' })
  t.equal(made.statusCode, 201, made.body)
  t.ok(made.json().permissions.includes('core.organization.read'))
  t.equal(made.headers.location, '/api/v1/roles/office')
  t.equal((await admin.post('/api/v1/roles', { key: 'office', title: 'Again' })).statusCode, 409)
  t.equal((await admin.post('/api/v1/roles', { key: 'super_admin', title: 'Sly' })).statusCode, 409)
  t.equal((await admin.post('/api/v1/roles', { key: 'x', title: 'X', permissions: ['no.such'] })).statusCode, 400)
  t.equal(
    (await admin.post('/api/v1/roles', { key: 'x', title: 'X', permissions: ['core.organizations.manage'] }))
      .statusCode,
    400,
    'it stands above',
  )
  const changed = await admin.put('/api/v1/roles/office', { permissions: ['core.audit.read'] }, { 'if-match': '"v1"' })
  t.match(changed.json(), { permissions: ['core.audit.read'], version: 2 })
  t.equal((await admin.put('/api/v1/roles/admin', { title: 'Mine' })).statusCode, 404, 'built-in roles are not edited')
  const { token } = (await admin.post('/api/v1/api-tokens', { name: 'x', role: 'office' })).json()
  t.equal((await club.client(token).get('/api/v1/audit')).statusCode, 200)
  const inUse = await admin.delete('/api/v1/roles/office')
  t.match([inUse.statusCode, inUse.json().detail], [409, /1 API tokens/])
  for (const item of (await admin.get('/api/v1/api-tokens?role=office')).json().items)
    await admin.delete(`/api/v1/api-tokens/${item.id}`)
  t.equal((await admin.delete('/api/v1/roles/office')).statusCode, 204)

  await club.unit((tx) =>
    tx.query(
      `INSERT INTO core.role (tenant_id, id, key, title) SELECT $1, gen_random_uuid(), 'r' || n, 'R' FROM generate_series(1, 149) n`,
      [tx.tenantId],
    ),
  )
  const several = await Promise.all(
    ['a', 'b', 'c', 'd'].map((key) => admin.post('/api/v1/roles', { key, title: key, permissions: [] })),
  )
  t.same(
    several.map(({ statusCode }) => statusCode).sort((a, b) => a - b),
    [201, 409, 409, 409],
    'at most 150, also at once',
  )
})

test('nobody makes a role or a credential of what he does not hold himself', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const clerk = await club.as({
    permissions: ['core.roles.manage', 'core.tokens.manage', 'core.tokens.read', 'core.audit.read'],
  })
  t.equal(
    (await clerk.post('/api/v1/roles', { key: 'sly', title: 'Sly', permissions: ['core.grants.manage'] })).statusCode,
    403,
  )
  t.equal(
    (await clerk.post('/api/v1/roles', { key: 'fair', title: 'Fair', permissions: ['core.audit.read'] })).statusCode,
    201,
  )
  t.equal((await clerk.post('/api/v1/api-tokens', { name: 'x', role: 'makerspace_admin' })).statusCode, 403)
  const narrow = await clerk.post('/api/v1/api-tokens', {
    name: 'x',
    role: 'makerspace_admin',
    scopes: ['core.audit.read'],
  })
  t.equal(narrow.statusCode, 201, 'less what the scopes leave out, he holds it')
  t.equal((await clerk.post('/api/v1/api-tokens', { name: 'x', role: 'fair', scopes: ['nonsense'] })).statusCode, 400)
  const limited = club.client(narrow.json().token)
  t.equal((await limited.get('/api/v1/audit')).statusCode, 200)
  const outside = await limited.get('/api/v1/roles')
  t.match([outside.statusCode, outside.json().type], [403, /insufficient-scope/])
})

test('an API token is shown once, listed without its secret, and ends at once', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const made = (
    await admin.post('/api/v1/api-tokens', { name: 'export', role: 'admin', expiresAt: '2999-01-01T00:00:00Z' })
  ).json()
  t.match(made.token, /^gh_[0-9A-Za-z]{12}_/)
  t.notMatch((await admin.get('/api/v1/api-tokens')).body, new RegExp(made.token.slice(20)))
  const caller = club.client(made.token)
  t.equal((await caller.get('/api/v1/organizations/current')).statusCode, 200)
  t.match((await admin.delete(`/api/v1/api-tokens/${made.id}`)).json(), { revokedAt: /Z$/ })
  t.equal((await caller.get('/api/v1/organizations/current')).statusCode, 401)
  t.equal(
    (await admin.post('/api/v1/api-tokens', { name: 'x', role: 'admin', expiresAt: '2001-01-01T00:00:00Z' }))
      .statusCode,
    400,
  )
})

test('a service account shows its secret once and can be renewed, changed and deleted', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const admin = await (await platform.tenant('Club')).admin()
  const made = (await admin.post('/api/v1/service-accounts', { name: 'sync', role: 'admin' })).json()
  t.match(made, { clientId: /^sa-/, clientSecret: /.{40}/, disabled: false })
  const shown = await admin.get(`/api/v1/service-accounts/${made.id}`)
  t.notOk('clientSecret' in shown.json())
  t.match((await admin.put(`/api/v1/service-accounts/${made.id}`, { disabled: true }, { 'if-match': '"v1"' })).json(), {
    disabled: true,
    version: 2,
  })
  const renewed = (await admin.post(`/api/v1/service-accounts/${made.id}/renew-secret`)).json()
  t.not(renewed.clientSecret, made.clientSecret)
  t.equal((await admin.delete(`/api/v1/service-accounts/${made.id}`)).statusCode, 204)
  t.equal((await admin.get(`/api/v1/service-accounts/${made.id}`)).statusCode, 404)
})

test('roles are given and taken by who holds them; nobody edits his own, and one administrator stays', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const token = await club.admin()
  const [anna, bert] = [await signIn(platform, { at: club }), await signIn(platform, { at: club })]
  t.equal((await anna.call('GET', '/grants')).statusCode, 403)
  const first = await token.post('/api/v1/grants', { userId: anna.userId, role: 'makerspace_admin' })
  t.equal(first.statusCode, 201, first.body)
  t.equal((await anna.call('GET', '/grants')).statusCode, 200, 'it works at once')
  t.equal((await anna.call('POST', '/grants', { userId: anna.userId, role: 'admin' })).statusCode, 403, 'not his own')
  t.equal((await anna.call('DELETE', `/grants/${first.json().id}`)).statusCode, 403)
  const last = await token.delete(`/api/v1/grants/${first.json().id}`)
  t.match([last.statusCode, last.json().detail], [409, /Nobody would be left/])

  const second = await anna.call('POST', '/grants', { userId: bert.userId, role: 'makerspace_admin' })
  t.equal(second.statusCode, 201)
  t.equal((await bert.call('DELETE', `/grants/${first.json().id}`)).statusCode, 204, 'another one is left')
  t.equal((await anna.call('GET', '/grants')).statusCode, 403)
  t.equal(
    (await token.post('/api/v1/grants', { userId: '01890a5d-ac96-774b-bcce-b302099a8057', role: 'admin' })).statusCode,
    400,
  )
  t.equal((await token.post('/api/v1/grants', { userId: anna.userId, role: 'super_admin' })).statusCode, 400)
  t.match(
    (await token.get('/api/v1/users'))
      .json()
      .items.map(({ id }: { id: string }) => id)
      .sort(),
    [anna.userId, bert.userId].sort(),
  )
})

test('who leads a group gives roles below it and nowhere else', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const token = await club.admin()
  const [inside, outside] = ['01890a5d-ac96-774b-bcce-b302099a8001', '01890a5d-ac96-774b-bcce-b302099a8002']
  await club.unit(async (tx) => {
    for (const id of [inside, outside]) await tree.create(tx, { id, parentId: club.rootId, type: null, name: id })
  })
  const [lead, other] = [await signIn(platform, { at: club }), await signIn(platform, { at: club })]
  await token.post('/api/v1/roles', {
    key: 'lead',
    title: 'Lead',
    permissions: ['core.grants.manage', 'core.grants.read', 'core.audit.read'],
  })
  await token.post('/api/v1/roles', { key: 'watch', title: 'Watch', permissions: ['core.grants.read'] })
  const led = { userId: lead.userId, role: 'lead', groupId: inside, extent: 'layer' }
  t.equal((await token.post('/api/v1/grants', led)).statusCode, 201)
  const give = (body: object) => lead.call('POST', '/grants', { userId: other.userId, role: 'watch', ...body })
  t.equal((await give({ groupId: inside, extent: 'group' })).statusCode, 201)
  t.equal((await give({ groupId: outside })).statusCode, 404, 'he may not even see it there')
  t.equal((await give({})).statusCode, 404)
  t.equal((await give({ groupId: inside, extent: 'below' })).statusCode, 403, 'more than he holds')
  await token.post('/api/v1/grants', { userId: other.userId, role: 'maker' })
  const { items } = (await lead.call('GET', '/grants')).json()
  t.equal(items.length, 2, 'of the grants he sees those in the group')
  t.ok(items.every(({ groupId }: { groupId: string }) => groupId === inside))
  for (const url of ['/audit', '/role-mappings', `/permissions/explain?principal=user:${other.userId}&permission=x.y`])
    t.equal((await lead.call('GET', url)).statusCode, 403, `${url} tells of the whole organisation`)

  const explained = async (query: string) =>
    (
      await token.get(`/api/v1/permissions/explain?principal=user:${other.userId}&permission=core.grants.read${query}`)
    ).json()
  t.match(await explained(`&group=${inside}`), { allowed: true, findings: [{ role: 'watch' }] })
  t.match(await explained(`&group=${outside}`), { allowed: false, reason: 'elsewhere' })
  const [whole] = (await token.get('/api/v1/grants?role=maker')).json().items
  t.equal((await lead.call('GET', `/grants/${whole.id}`)).statusCode, 404)
  const url = `/api/v1/permissions/explain?principal=user:${lead.userId}&permission=core.audit.read&group=${inside}`
  t.match((await token.get(url)).json(), { allowed: false, reason: 'whole-organization-only' })
})

test('the audit trail is filtered, paged and exported, and reading it is written down', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const [club, other] = [await platform.tenant('Club'), await platform.tenant('Other')]
  const admin = await club.admin()
  for (let i = 0; i < 5; i++) await admin.put('/api/v1/organizations/current', { name: `Club ${i}` })
  await (await club.as({ role: 'maker' })).get('/api/v1/audit')
  const page = (await admin.get('/api/v1/audit?event=core.organization-changed&limit=2')).json()
  t.equal(page.items.length, 2)
  t.match(page.items[0], { actor: { kind: 'token' }, changed: ['name'], outcome: 'success' })
  const next = (
    await admin.get(`/api/v1/audit?event=core.organization-changed&limit=2&cursor=${page.page.nextCursor}`)
  ).json()
  t.notOk(next.items.some(({ id }: { id: string }) => page.items.some((item: { id: string }) => item.id === id)))
  const lines = (await admin.get('/api/v1/audit/export?event=core.organization-changed')).body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.equal(lines.length, 5)
  t.match(lines[0], { event: 'core.organization-changed' })
  const events = (await admin.get('/api/v1/audit?limit=200')).json().items.map(({ event }: { event: string }) => event)
  t.ok(events.includes('core.audit-read') && events.includes('core.audit-exported'))
  t.notMatch((await (await other.admin()).get('/api/v1/audit?limit=200')).body, /organization-changed/)
})

test('only who holds every right of a person changes the login', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const [club, other] = [await platform.tenant('Club'), await platform.tenant('Other')]
  const [boss, clerk, plain] = [
    await signIn(platform, { at: club }),
    await signIn(platform, { at: club }),
    await signIn(platform, { at: club }),
  ]
  const token = await club.admin()
  await token.post('/api/v1/grants', { userId: boss.userId, role: 'makerspace_admin' })
  await token.post('/api/v1/grants', { userId: clerk.userId, role: 'admin' })
  const { runtime } = platform
  const may = (actor: string, userId: string) =>
    club.unit(async (tx) => {
      const service = accessServiceFor(runtime, {
        actor: { kind: 'user', id: actor, userId: actor },
        reach: systemAccess.reach,
      })
      return service.requireMayChangeLoginEmail(tx, { userId }).then(
        () => true,
        () => false,
      )
    })
  t.same(
    [await may(boss.userId, clerk.userId), await may(clerk.userId, boss.userId), await may(clerk.userId, plain.userId)],
    [true, false, true],
  )
  await other.unit((tx) => platform.identity.people.affiliate(tx, clerk.userId))
  t.equal(await may(boss.userId, clerk.userId), true, 'belonging elsewhere without a role is nothing')
  await (await other.admin()).post('/api/v1/grants', { userId: clerk.userId, role: 'admin' })
  t.equal(await may(boss.userId, clerk.userId), false, 'a role in another organisation is out of reach')
})

test('a credential edits the grants of nobody who made it, however many credentials lie between', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const root = await club.admin()
  const [anna, bert] = [await signIn(platform, { at: club }), await signIn(platform, { at: club })]
  const given = await root.post('/api/v1/grants', { userId: anna.userId, role: 'makerspace_admin' })
  const asked = { name: 'mine', role: 'makerspace_admin' }
  const mine = club.client((await anna.call('POST', '/api-tokens', asked)).json().token)
  const ofMine = club.client((await mine.post('/api/v1/api-tokens', asked)).json().token)
  for (const hand of [mine, ofMine]) {
    t.equal((await hand.post('/api/v1/grants', { userId: anna.userId, role: 'admin' })).statusCode, 403)
    t.equal((await hand.delete(`/api/v1/grants/${given.json().id}`)).statusCode, 403)
    t.equal((await hand.post('/api/v1/grants', { userId: bert.userId, role: 'admin' })).statusCode, 201)
  }
  await anna.call('POST', '/service-accounts', { name: 'hers', role: 'makerspace_admin' })
  const made = await club.unit((tx) =>
    tx.query('SELECT made_by FROM core.service_account WHERE tenant_id = $1', [tx.tenantId]),
  )
  t.same(made, [{ made_by: anna.userId }])
})

test('rights that change while somebody reads them are not kept as they were', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const { userId } = await signIn(platform, { at: club })
  const { access, units } = platform.runtime
  const who = { kind: 'user', id: userId, organizations: [] } as const
  const run = units.run.bind(units)
  let meanwhile: (() => Promise<unknown>) | null = async () => (await club.admin()).post('/api/v1/grants', grant)
  const grant = { userId, role: 'admin' }
  units.run = async (scope, fn) => {
    const read = await run(scope, fn)
    const change = scope.actor.kind === 'system' && scope.actor.reason === 'permissions' ? meanwhile : null
    if (change) meanwhile = null
    await change?.()
    return read
  }
  t.notOk((await access.of(club.id, who)).holds('core.organization.read'))
  t.ok((await access.of(club.id, who)).holds('core.organization.read'))
})
