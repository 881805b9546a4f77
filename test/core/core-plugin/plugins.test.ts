import { definePlugin, eventRef, type Migration } from '@guildhall/sdk'
import { test } from 'tap'
import Type from 'typebox'
import { signIn, startTestPlatform } from '#core/testing/index.ts'

const notes: Migration = {
  name: '0001-notes',
  sql: `SELECT app.open_schema('notes');
    CREATE TABLE notes.note (tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE, id uuid NOT NULL, PRIMARY KEY (tenant_id, id));
    SELECT app.protect('notes.note');`,
}
const told: string[] = []
const rung = eventRef({ id: 'notes.rung', version: 1, title: 'Rung', payload: Type.Object({}), example: {} })
const notesPlugin = definePlugin({
  id: 'notes',
  version: '1.2.3',
  sdk: '^0.1.0',
  title: 'Notes',
  config: {
    schema: Type.Object(
      {
        greeting: Type.String({ maxLength: 20, default: 'Hello' }),
        key: Type.Optional(Type.String({ maxLength: 100, 'x-secret': true })),
      },
      { additionalProperties: false },
    ),
  },
  permissions: { 'notes.read': { title: 'Read', writes: false } },
  migrations: [notes],
  events: (e) => e.emits(rung),
  routes: (r) =>
    r.route({
      method: 'GET',
      url: '/notes/config',
      access: { requires: 'notes.read' },
      summary: 'What the handler gets',
      schema: { response: Type.Object({ greeting: Type.String(), key: Type.Optional(Type.String()) }) },
      handler: async (ctx) => ({ ...ctx.config }),
    }),
  jobs: (j) =>
    j.job({
      id: 'notes.ring',
      title: 'Ring',
      input: Type.Object({ at: Type.String() }),
      timeoutMs: 1000,
      attempts: 1,
      schedule: {
        cron: '0 8 * * *',
        timezone: 'tenant',
        input: ({ scheduledFor }) => ({ at: scheduledFor.toISOString() }),
      },
      run: async (_ctx, { at }) => void told.push(at),
    }),
  tenant: {
    enabled: async (_ctx, tx) => await tx.audit({ action: 'notes.hello' }),
    disabled: async (_ctx, tx) => await tx.audit({ action: 'notes.bye' }),
  },
})
const needy = definePlugin({
  id: 'needy',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Needy',
  dependsOn: { notes: '^1.0' },
  config: { schema: Type.Object({}) },
  permissions: {},
})

test('a plugin is switched off and on again without losing anything; what depends on it is in the way', async (t) => {
  const platform = await startTestPlatform({ plugins: [notesPlugin, needy] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const put = (id: string, body: object, headers = {}) => admin.put(`/api/v1/plugins/${id}`, body, headers)
  await club.unit((tx) => tx.query('INSERT INTO notes.note VALUES ($1, $1)', [tx.tenantId]))

  const refused = await put('notes', { enabled: false })
  t.equal(refused.statusCode, 409, refused.body)
  t.same(refused.json().plugins, ['needy'])
  t.equal((await put('needy', { enabled: false })).statusCode, 200)
  t.match((await put('notes', { enabled: false })).json(), { enabled: false, version: 2 })
  t.equal((await admin.get('/api/v1/notes/config')).statusCode, 404, 'at once')
  const needs = await put('needy', { enabled: true })
  t.same([needs.statusCode, needs.json().plugins], [409, ['notes']])

  await club.unit((tx) => tx.enqueue('notes.ring', { at: 'parked' }))
  await platform.settle()
  t.match((await admin.get('/api/v1/jobs/parked')).json(), { items: [{ job: 'notes.ring', plugin: 'notes' }] })
  t.notOk((await admin.get('/api/v1/jobs')).json().items.some((job: { id: string }) => job.id === 'notes.ring'))

  t.match((await put('notes', { enabled: true })).json(), { enabled: true })
  await platform.settle()
  t.ok(told.includes('parked'), 'what waited has run')
  const kept = await club.unit((tx) => tx.query('SELECT id FROM notes.note WHERE tenant_id = $1', [tx.tenantId]))
  t.equal(kept.length, 1)
  const trail = (await club.audit()).map(({ action }) => action)
  for (const action of ['core.plugin-disabled', 'notes.bye', 'core.plugin-enabled', 'notes.hello'])
    t.ok(trail.includes(action), action)
  const version = (await admin.get('/api/v1/plugins/notes')).json().version
  for (const same of [{}, { enabled: true }])
    t.match((await put('notes', same)).json(), { enabled: true, version }, 'what changes nothing counts as no change')
  t.match((await put('notes', { config: { greeting: 'Hi' } })).json(), { version: version + 1 })
  t.match((await put('notes', { config: { greeting: 'Hello', key: 'k' } })).json(), { version: version + 2 })
  t.match(
    (await admin.get('/api/v1/audit?event=core.plugin-configured&sort=at'))
      .json()
      .items.map(({ changed }: { changed: string[] }) => changed),
    [['greeting'], ['greeting', 'key']],
  )
  t.equal((await put('nothing', { enabled: true })).statusCode, 404)
  t.equal((await put('notes', { enabled: true }, { 'if-match': '"v1"' })).statusCode, 412)
})

test('in a suspended organisation jobs wait and schedules pass, until it is reactivated', async (t) => {
  const platform = await startTestPlatform({ plugins: [notesPlugin], now: new Date('2026-03-10T12:00:00Z') })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  await platform.tenant('Other')
  const operator = () => signIn(platform, { globalRole: 'super_admin' })
  const day = 24 * 3_600_000
  told.length = 0
  await club.unit((tx) => tx.enqueue('notes.ring', { at: 'before' }))
  t.equal((await (await operator()).call('POST', `/organizations/${club.id}/suspend`, { reason: 'x' })).statusCode, 200)
  await platform.advance(day)
  await platform.settle()
  t.same(told, ['2026-03-11T07:00:00.000Z'], "the other's alone")
  t.equal((await (await operator()).call('POST', `/organizations/${club.id}/reactivate`)).statusCode, 200)
  const admin = await club.admin()
  const ring = async () =>
    (await admin.get('/api/v1/jobs')).json().items.find(({ id }: { id: string }) => id === 'notes.ring').schedule
  t.match(await ring(), { lastRunAt: null, nextRunAt: '2026-03-12T07:00:00.000Z' })
  await platform.settle()
  t.same(told.splice(1), ['before'], 'what waited has run, what passed has not')
  await platform.advance(day)
  await platform.settle()
  t.equal(told.length, 3, 'and both are as before')
})

test('secrets of a configuration are sealed, kept when left out, and never shown', async (t) => {
  const platform = await startTestPlatform({ plugins: [notesPlugin] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const put = (config: object) => admin.put('/api/v1/plugins/notes', { config })
  t.same((await admin.get('/api/v1/notes/config')).json(), { greeting: 'Hello' }, 'defaults reach the handler')

  const set = await put({ greeting: 'Hi', key: 'top-secret' })
  t.equal(set.statusCode, 200, set.body)
  t.same(set.json().config, { greeting: 'Hi' })
  t.same(set.json().secretsSet, ['/key'])
  t.same(
    (await admin.get('/api/v1/notes/config')).json(),
    { greeting: 'Hi', key: 'top-secret' },
    'the handler has it in clear',
  )
  const stored = await club.unit((tx) =>
    tx.query<{ config: object }>('SELECT config FROM core.plugin_state WHERE tenant_id = $1', [tx.tenantId]),
  )
  t.notMatch(JSON.stringify(stored), /top-secret/)

  await put({ greeting: 'Moin' })
  t.same((await admin.get('/api/v1/notes/config')).json(), { greeting: 'Moin', key: 'top-secret' })
  t.same((await put({ greeting: 'Moin', key: null })).json().secretsSet, [])
  const wrong = await put({ greeting: 1 })
  t.same([wrong.statusCode, wrong.json().errors[0].pointer], [400, '/config/greeting'])
  t.same((await admin.get('/api/v1/notes/config')).json(), { greeting: 'Moin' }, 'the old one stays')
  t.notMatch(JSON.stringify(await club.audit()), /top-secret/)
})

test('an edition limits what can be switched on', async (t) => {
  const platform = await startTestPlatform({ plugins: [notesPlugin] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club', { edition: 'starter', plugins: {} })
  const refused = await (await club.admin()).put('/api/v1/plugins/notes', { enabled: true })
  t.equal(refused.statusCode, 403)
  t.match(refused.json(), { type: /not-in-edition/, plugin: 'notes' })
})

test("purging deletes a switched-off plugin's rows of one organisation, as planned", async (t) => {
  const platform = await startTestPlatform({ plugins: [notesPlugin] })
  t.teardown(() => platform.close())
  const [club, other] = [await platform.tenant('Club'), await platform.tenant('Other')]
  for (const tenant of [club, other])
    await tenant.unit((tx) => tx.query('INSERT INTO notes.note VALUES ($1, $1)', [tx.tenantId]))
  const admin = await club.admin()
  t.equal((await admin.post('/api/v1/plugins/notes/purge')).statusCode, 409, 'it is on')
  await club.disable('notes')
  const plan = (await admin.post('/api/v1/plugins/notes/purge')).json()
  t.match(plan, { status: 'planned', counts: { 'notes.note': 1 } })
  const at = `/api/v1/plugins/notes/purge/${plan.id}`
  await club.unit((tx) =>
    tx.query("INSERT INTO notes.note VALUES ($1, '01890a5d-ac96-774b-bcce-b302099a8057')", [tx.tenantId]),
  )
  t.equal((await admin.post(`${at}/apply`, { hash: plan.hash })).statusCode, 409, 'something changed after the plan')
  const again = (await admin.post('/api/v1/plugins/notes/purge')).json()
  t.equal((await admin.post(`/api/v1/plugins/notes/purge/${again.id}/apply`, { hash: again.hash })).statusCode, 202)
  await platform.settle()
  t.match((await admin.get(`/api/v1/plugins/notes/purge/${again.id}`)).json(), { status: 'done' })
  const left = async (tenant: typeof club) =>
    (await tenant.unit((tx) => tx.query('SELECT 1 FROM notes.note WHERE tenant_id = $1', [tx.tenantId]))).length
  t.same([await left(club), await left(other)], [0, 1])
})

test('a scheduled job runs now, once per key', async (t) => {
  const platform = await startTestPlatform({ plugins: [notesPlugin] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  told.length = 0
  const at = '2026-05-05T10:00:00.000Z'
  for (let i = 0; i < 3; i++)
    t.equal((await admin.post('/api/v1/jobs/notes.ring/run', { at, key: 'same' })).statusCode, 202)
  await platform.settle()
  t.same(told, [at])
  t.equal((await admin.post('/api/v1/jobs/core.unpark/run')).statusCode, 422, 'it has no schedule')
  t.equal((await admin.post('/api/v1/jobs/no.such/run')).statusCode, 404)
})

test('the catalogues say what is installed and what is on here', async (t) => {
  const platform = await startTestPlatform({ plugins: [notesPlugin, needy] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club', { plugins: { needy: {} } })
  const admin = await club.admin()
  const list = async (what: string) =>
    (await admin.get(`/api/v1/${what}`)).json().items as { id: string; enabled: boolean }[]
  t.match(
    (await list('events')).find(({ id }) => id === 'notes.rung'),
    { enabled: false, version: 1, plugin: 'notes', schema: { type: 'object' } },
  )
  t.match(
    (await list('permissions')).find(({ id }) => id === 'core.roles.manage'),
    { enabled: true, writes: true, roles: ['super_admin', 'makerspace_admin'] },
  )
  const manifest = (await admin.get('/api/v1/plugins/notes/manifest')).json()
  t.match(manifest, {
    pluginVersion: '1.2.3',
    routes: [{ method: 'GET', url: '/api/v1/notes/config', access: { requires: 'notes.read' } }],
    jobs: [{ id: 'notes.ring', schedule: { cron: '0 8 * * *' } }],
    config: { schema: { properties: { greeting: { default: 'Hello' } } } },
  })
  const paths = (document: { paths: object }) => Object.keys(document.paths)
  t.notOk(paths((await admin.get('/api/v1/openapi.json')).json()).includes('/api/v1/notes/config'))
  t.ok(paths((await admin.get('/openapi.json')).json()).includes('/api/v1/notes/config'))
})
