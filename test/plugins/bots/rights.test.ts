import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { signIn } from '../../support/signed-in.ts'
import { botSource, botSpec, consentTo, installed, published } from '../../support/written-bot.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const club = async () => {
  const tenant = await platform.tenant('Club')
  return { tenant, admin: await tenant.admin() }
}
const consent = { actions: ['members.get'], hosts: [] }

t.test('each act asks for its own permission', async (t) => {
  const { tenant, admin } = await club()
  await installed(admin)
  const [reader, author, installer] = [
    await tenant.as({ permissions: ['bots.read'] }),
    await tenant.as({ permissions: ['bots.read', 'bots.publish'] }),
    await tenant.as({ permissions: ['bots.read', 'bots.install', 'members.read'] }),
  ]
  t.equal((await reader.get('/api/v1/bots/greeter')).statusCode, 200)
  for (const who of [reader, author])
    for (const url of ['configure', 'enable', 'disable', 'upgrade', 'rollback'])
      t.equal((await who.post(`/api/v1/bots/greeter/${url}`, {})).statusCode, 403, url)
  t.equal((await author.delete('/api/v1/bots/greeter')).statusCode, 403)
  for (const who of [reader, installer])
    t.equal((await who.post('/api/v1/bots', { source: botSource(botSpec({ version: '2.0.0' })) })).statusCode, 403)
  t.equal((await author.post('/api/v1/bots', { source: botSource(botSpec({ version: '2.0.0' })) })).statusCode, 201)
  t.equal((await reader.get('/api/v1/bots/greeter/versions/1.0.0')).json().source, null)
  t.match((await author.get('/api/v1/bots/greeter/versions/1.0.0')).json().source, /defineBot/)
  t.equal((await installer.post('/api/v1/bots/greeter/disable')).json().enabled, false)
})

t.test('nobody installs, sets, starts or upgrades a bot that may do what he may not do himself', async (t) => {
  const { tenant, admin } = await club()
  const actions = ['members.get', 'members.update']
  const spec = await published(admin, { permissions: { actions } })
  const weak = await tenant.as({ permissions: ['bots.read', 'bots.install', 'members.read'] })
  const refused = await weak.post('/api/v1/bots/greeter/configure', { consent: consentTo(spec) })
  t.equal(refused.statusCode, 403)
  t.match(refused.json(), { beyond: [{ action: 'members.update', requires: 'members.update' }] })
  t.equal((await weak.get('/api/v1/bots/greeter')).json().installed, false)
  t.equal((await admin.post('/api/v1/bots/greeter/configure', { consent: consentTo(spec) })).statusCode, 200)
  t.equal((await weak.post('/api/v1/bots/greeter/configure', { config: { greeting: 'Ha' } })).statusCode, 403)
  t.equal((await weak.post('/api/v1/bots/greeter/configure', { enabled: false })).statusCode, 200, 'stopping is safe')
  t.equal((await weak.post('/api/v1/bots/greeter/enable')).statusCode, 403)
  t.equal((await weak.post('/api/v1/bots/greeter/configure', { enabled: true })).statusCode, 403)
  await published(admin, { version: '1.1.0', permissions: { actions } })
  t.equal((await weak.post('/api/v1/bots/greeter/upgrade', {})).statusCode, 403)
})

t.test('rights are not lent: whoever makes a bot of another work holds what it may do, everywhere', async (t) => {
  const { tenant, admin } = await club()
  const actions = ['members.list']
  const triggers = { manual: {}, webhook: true }
  await installed(admin, { permissions: { actions }, triggers })
  const run = (await admin.post('/api/v1/bots/greeter/run', {})).json().id
  await platform.settle()
  await published(admin, { version: '1.1.0', permissions: { actions }, triggers })
  t.equal((await admin.post('/api/v1/bots/greeter/upgrade', {})).statusCode, 200)
  const group = (await admin.post('/api/v1/groups', { name: 'Choir' })).json().id
  const own = ['bots.read', 'bots.install', 'bots.run']
  const without = await tenant.as({ permissions: own })
  const { client: elsewhere, userId } = await signIn(tenant, 'choir@example.org')
  for (const [key, permissions, where] of [
    ['starter', own, {}],
    ['reader', ['members.read'], { groupId: group }],
  ] as const) {
    t.equal((await admin.post('/api/v1/roles', { key, title: key, permissions })).statusCode, 201)
    t.equal((await admin.post('/api/v1/grants', { userId, role: key, ...where })).statusCode, 201)
  }
  const ways = [
    ['bots/greeter/configure', { triggers: { manual: true }, limits: { mails: 1 } }],
    ['bots/greeter/enable'],
    ['bots/greeter/run'],
    ['bots/greeter/run', { dryRun: true }],
    ['bots/greeter/rehearsals', { days: 1 }],
    ['bots/greeter/rollback'],
    ['bots/greeter/upgrade', { version: '1.0.0' }],
    ['bots/greeter/webhook/rotate'],
    [`bot-runs/${run}/replay`],
    [`bot-runs/${run}/rerun`],
    [`bot-runs/${run}/retry`],
  ] as const
  for (const [what, who] of [
    ['nowhere', without],
    ['in one group', elsewhere],
  ] as const)
    for (const [url, body = {}] of ways) {
      const refused = await who.post(`/api/v1/${url}`, body)
      t.equal(refused.statusCode, 403, `${url}, held ${what}: ${refused.body}`)
      t.match(refused.json(), { beyond: [{ action: 'members.list', requires: 'members.read' }] }, url)
    }
  t.equal((await admin.get('/api/v1/bots/greeter/runs')).json().items.length, 1, 'and nothing has begun')
  const consent = { actions, hosts: [] }
  t.equal((await without.post('/api/v1/bots/greeter/configure', { consent })).statusCode, 403)
  t.equal((await elsewhere.post('/api/v1/bots/greeter/configure', { consent })).statusCode, 200, 'his own bot')
  t.equal((await elsewhere.post('/api/v1/bots/greeter/run', {})).statusCode, 202, 'reaches no further than he does')
  t.equal((await without.post('/api/v1/bots/greeter/disable')).statusCode, 200, 'stopping is safe')
})

t.test('a token of smaller scopes starts nothing that goes beyond them, its maker\u2019s bot included', async (t) => {
  const { tenant, admin } = await club()
  await installed(admin, { triggers: { api: {}, manual: {} } })
  const starts = async (...scopes: string[]) => {
    const token = await tenant.as({ role: 'makerspace_admin', scopes })
    return token.post('/api/v1/bots/greeter/run', {})
  }
  t.match((await starts('bots.*')).json(), { status: 403, beyond: [{ requires: 'members.read' }] })
  t.equal((await starts('bots.*', 'members.read')).statusCode, 202)
})

t.test('an organisation keeps so many bots and versions, and is told', async (t) => {
  const { tenant, admin } = await club()
  await installed(admin)
  const many = (table: string, column: string, rows: number) =>
    tenant.unit((tx) =>
      tx.query(
        `INSERT INTO bots.${table} SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(),
           '${column}', 'x' || n))).* FROM bots.${table} r, generate_series(1, ${rows}) n WHERE r.tenant_id = $1`,
        [tx.tenantId],
      ),
    )
  await many('installation', 'key', 199)
  const full = await admin.post('/api/v1/bots/greeter/configure', { alias: 'one-more', consent })
  t.equal(full.statusCode, 409, full.body)
  t.match(full.json().detail, /at most 200 installed bots/)
  await many('bot_version', 'version', 999)
  const refused = await admin.post('/api/v1/bots', { source: botSource(botSpec({ version: '2.0.0' })) })
  t.equal(refused.statusCode, 409, refused.body)
  t.match(refused.json().detail, /at most 1000 versions/)
  t.equal((await admin.post('/api/v1/bots', { source: botSource(botSpec()) })).json().unchanged, true)
})

t.test('whoever agrees anew answers for the bot from then on', async (t) => {
  const { tenant, admin } = await club()
  await installed(admin)
  const other = await tenant.admin()
  const before = (await admin.get('/api/v1/bots/greeter')).json().settings.installedBy
  t.same((await other.post('/api/v1/bots/greeter/configure', { config: {} })).json().settings.installedBy, before)
  const after = (await other.post('/api/v1/bots/greeter/configure', { consent })).json().settings.installedBy
  t.not(after.id, before.id)
})

t.test('a bot is not installed without consent, nor with a consent to something else', async (t) => {
  const { admin } = await club()
  await published(admin)
  for (const body of [
    {},
    { consent: { actions: [], hosts: [] } },
    { consent: { actions: ['members.get', 'members.list'], hosts: [] } },
    { consent: { ...consent, hosts: ['api.example.org'] } },
  ]) {
    const refused = await admin.post('/api/v1/bots/greeter/configure', body)
    t.equal(refused.statusCode, 409, JSON.stringify(body))
    t.match(refused.json(), { type: /consent-required/, asks: { ...consent, sentences: [/It may see members/] } })
  }
  await published(admin, { id: 'modest', permissions: { actions: [] } })
  t.equal((await admin.post('/api/v1/bots/modest/configure', {})).statusCode, 200, 'what asks for nothing needs none')
})

t.test('system bots are for platform administrators', async (t) => {
  const { admin } = await club()
  const refused = await admin.post('/api/v1/bots', { source: botSource(botSpec({ kind: 'system' })) })
  t.equal(refused.statusCode, 403)
  t.equal((await admin.get('/api/v1/bots/greeter')).statusCode, 404)
})

t.test('13: a bot of one organisation is nothing in another', async (t) => {
  const { admin } = await club()
  const other = await club()
  await installed(admin)
  t.equal((await other.admin.get('/api/v1/bots/greeter')).statusCode, 404)
  t.equal((await other.admin.get('/api/v1/bots/greeter/versions/1.0.0')).statusCode, 404)
  t.equal((await other.admin.post('/api/v1/bots/greeter/configure', { consent })).statusCode, 404)
  t.equal((await other.admin.delete('/api/v1/bots/greeter')).statusCode, 404)
  t.notOk((await other.admin.get('/api/v1/bots')).json().items.some(({ id }: { id: string }) => id === 'greeter'))
  await published(other.admin, { title: 'Theirs' })
  t.equal((await admin.get('/api/v1/bots/greeter')).json().title, 'Greeter')
})

t.test('an action of a plugin that is off stops the installation, and the sentence says so', async (t) => {
  const { tenant, admin } = await club()
  const spec = await published(admin, { permissions: { actions: ['groups.list'] }, triggers: { manual: {} } })
  await tenant.disable('groups')
  t.match((await admin.get('/api/v1/bots/greeter')).json().permissions.actions, [{ available: false, sentence: /off/ }])
  const refused = await admin.post('/api/v1/bots/greeter/configure', { consent: consentTo(spec) })
  t.equal(refused.statusCode, 409)
  t.match(refused.json(), { type: /dependency/, actions: ['groups.list'] })
})
