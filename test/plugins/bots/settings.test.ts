import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import t from 'tap'
import { startTestPlatform, type TestClient, type TestTenant } from '#core/testing/index.ts'
import { secretPlace } from '#plugins/bots/secret-place.ts'
import { configure, consentTo, installed, pointersOf, published } from '../../support/written-bot.ts'

const lines: string[] = []
const logTo = new Writable({
  write(chunk, _encoding, done) {
    lines.push(String(chunk))
    done()
  },
})
const platform = await startTestPlatform({ logTo })
t.teardown(() => platform.close())
const club = async () => {
  const tenant = await platform.tenant('Club')
  return { tenant, admin: await tenant.admin() }
}
const form = (properties: object, more: object = {}) => ({
  config: { schema: { type: 'object', properties, ...more } },
  permissions: { actions: [] },
})
const installationId = (tenant: TestTenant): Promise<string> =>
  tenant.unit(async (tx) => {
    const [row] = await tx.query<{ id: string }>('SELECT id FROM bots.installation WHERE tenant_id = $1', [tx.tenantId])
    return row?.id ?? ''
  })

t.test('85: settings that do not fit are refused at their places, and the old ones stay', async (t) => {
  const { admin } = await club()
  const properties = {
    count: { type: 'integer', minimum: 1 },
    colour: { type: 'string', enum: ['red', 'blue'] },
  }
  await installed(admin, form(properties), { config: { count: 2, colour: 'red' } })
  for (const [config, pointer] of [
    [{ count: 0 }, '/config/count'],
    [{ count: 'two' }, '/config/count'],
    [{ colour: 'green' }, '/config/colour'],
    [{ colour: ['red'] }, '/config/colour'],
    [{ colour: { toString: 'red' } }, '/config/colour'],
    [{ other: 1 }, '/config/other'],
    [{ constructor: 1 }, '/config/constructor'],
  ] as const) {
    const refused = await configure(admin, { config })
    t.equal(refused.statusCode, 400, JSON.stringify(config))
    t.same(pointersOf(refused), [pointer])
  }
  const raw = await admin.inject({
    method: 'POST',
    url: '/api/v1/bots/greeter/configure',
    headers: { 'content-type': 'application/json' },
    payload: '{"config":{"__proto__":{"count":5}}}',
  })
  t.equal(raw.statusCode, 400, '__proto__ is no field')
  t.match((await admin.get('/api/v1/bots/greeter')).json().settings, {
    config: { count: 2, colour: 'red' },
    configVersion: 1,
  })
  const german = await admin.post(
    '/api/v1/bots/greeter/configure',
    { config: { count: 0 } },
    { 'accept-language': 'de' },
  )
  t.not(german.json().errors[0].message, (await configure(admin, { config: { count: 0 } })).json().errors[0].message)
})

t.test('a secret is sealed and never comes back, and stays when it is left out', async (t) => {
  const canary = `canary-${randomUUID()}`
  const { tenant, admin } = await club()
  const properties = {
    note: { type: 'string' },
    key: { type: 'string', format: 'secret' },
    inside: { type: 'object', properties: { token: { type: 'string', format: 'secret', minLength: 4 } } },
  }
  const answers = [await installed(admin, form(properties, { required: ['key'] }), { config: { key: canary } })]
  const stored = () =>
    tenant.unit(async (tx) => {
      const [row] = await tx.query<{ config: Record<string, unknown> }>(
        `SELECT config FROM bots.installation WHERE tenant_id = $1 AND key = 'greeter'`,
        [tx.tenantId],
      )
      return row?.config ?? {}
    })
  t.match(answers[0]?.json().settings.config, { key: '********' })
  answers.push(await configure(admin, { config: { note: 'left out' } }))
  answers.push(await configure(admin, { config: { note: 'sent back', key: '********' } }))
  const place = `plugin-seal:${tenant.id}:bots:${secretPlace(await installationId(tenant))}`
  t.equal(platform.runtime.sealer.unseal(String((await stored()).key), place), canary, 'what is kept is what was given')
  answers.push(await configure(admin, { config: { inside: { token: `${canary}-2` } } }))
  t.match(answers.at(-1)?.json().settings.config, { key: '********', inside: { token: '********' } })
  answers.push(await configure(admin, { config: { inside: { token: 'abc' } } }))
  t.same(pointersOf(answers.at(-1)!), ['/config/inside/token'])
  answers.push(await configure(admin, { config: { key: null } }))
  t.same(pointersOf(answers.at(-1)!), ['/config/key'], 'it is required')
  answers.push(await configure(admin, { config: { note: 5, key: `${canary}-3` } }))
  answers.push(await admin.get('/api/v1/bots/greeter'), await admin.get('/api/v1/bots'))
  // A version that calls the field a plain text does not bring it to light.
  const bared = { ...properties, key: { type: 'string' } }
  await published(admin, { version: '1.1.0', ...form(bared) })
  answers.push(await admin.post('/api/v1/bots/greeter/upgrade', {}))
  t.equal(answers.at(-1)?.statusCode, 200)
  t.same(answers.at(-1)?.json().settings.config, { inside: { token: '********' } })
  answers.push(await admin.get('/api/v1/bots/greeter'))
  for (const answer of answers) t.notMatch(answer.body, canary)
  const rows = await platform.runtime.database.platform.query(
    `SELECT row_to_json(a)::text AS text FROM core.audit_event a WHERE tenant_id = '${tenant.id}'
     UNION ALL SELECT row_to_json(e)::text FROM core.event e WHERE tenant_id = '${tenant.id}'
     UNION ALL SELECT row_to_json(i)::text FROM bots.installation i WHERE tenant_id = '${tenant.id}'
     UNION ALL SELECT row_to_json(c)::text FROM bots.config_version c WHERE tenant_id = '${tenant.id}'`,
  )
  t.notMatch(JSON.stringify(rows), canary)
  t.notMatch(lines.join(''), canary)
})

t.test('a secret goes with the choice that asked for it', async (t) => {
  const { admin } = await club()
  const call = {
    type: 'object',
    properties: { on: { type: 'boolean', default: false } },
    if: { properties: { on: { const: true } }, required: ['on'] },
    then: { properties: { key: { type: 'string', format: 'secret' } }, required: ['key'] },
  }
  const on = { call: { on: true, key: 'sesame' } }
  await installed(admin, form({ call, note: { type: 'string' } }, { required: ['call'] }), { config: on })
  const kept = await configure(admin, { config: { call: { on: true }, note: 'again' } })
  t.match(kept.json().settings.config, { call: { on: true, key: '********' } })
  const off = await configure(admin, { config: { call: { on: false } } })
  t.equal(off.statusCode, 200, off.body)
  t.same(off.json().settings.config, { call: { on: false } })
  t.same(pointersOf(await configure(admin, { config: { call: { on: true } } })), ['/config/call/key'], 'it is gone')
  t.same(pointersOf(await configure(admin, { config: { call: { on: false, key: 'x' } } })), ['/config/call/key'])
})

t.test('a secret does not go to a server it was not given for', async (t) => {
  const { admin } = await club()
  const properties = {
    note: { type: 'string' },
    host: { type: 'string', format: 'httpHost' },
    other: { type: 'string', format: 'httpHost' },
    key: { type: 'string', format: 'secret' },
  }
  const [host, other] = ['api.example.org', 'hook.example.org']
  await installed(admin, form(properties), { config: { host, other, key: 'sesame' } })
  const asked = async (answer: Awaited<ReturnType<typeof configure>>, statusCode: number, what: string) => {
    t.equal(answer.statusCode, statusCode, `${what}: ${answer.body}`)
    t.same(pointersOf(answer), ['/config/key'], what)
    t.match(answer.json().errors[0], { code: 'secret', message: /^Enter this again/ })
  }
  const evil = 'evil.example.org'
  await asked(await configure(admin, { config: { host: evil, other, key: '********' } }), 400, 'sent back')
  await asked(await configure(admin, { config: { host: evil, other } }), 400, 'left out')
  await asked(await configure(admin, { config: { host: other, other: host } }), 400, 'places changed')
  t.equal((await configure(admin, { config: { host, other, note: 'x', key: '********' } })).statusCode, 200)
  t.equal((await configure(admin, { config: { host } })).statusCode, 200, 'one server fewer')
  await asked(await configure(admin, { config: { host, other } }), 400, 'and back')
  t.equal((await configure(admin, { config: { host, other, key: 'known' } })).statusCode, 200, 'who knows it types it')

  const further = { actions: [], hosts: [evil] }
  await published(admin, { version: '1.1.0', ...form(properties), permissions: further })
  const move = (to: string, body: object) => admin.post(`/api/v1/bots/greeter/${to}`, { consent: further, ...body })
  await asked(await move('upgrade', {}), 409, 'a version that calls another server')
  await asked(await move('upgrade', { config: { host, other } }), 400, 'the same with settings')
  t.equal((await move('upgrade', { config: { host, other, key: 'typed' } })).statusCode, 200)
  const nothing = { actions: [], hosts: [] }
  t.equal((await move('rollback', { consent: nothing })).statusCode, 200, 'fewer servers ask for nothing')
  await asked(await move('rollback', {}), 409, 'and forth again')
  const preset = { ...properties, third: { type: 'string', format: 'httpHost', default: evil } }
  await published(admin, { version: '1.2.0', ...form(preset) })
  await asked(await move('upgrade', { consent: nothing }), 409, 'a form that names one by itself')
})

t.test('what a form names must be here', async (t) => {
  const { admin } = await club()
  const stranger = await club()
  const member = (who: TestClient) => who.post('/api/v1/members', { firstName: 'Ada', lastName: 'L' })
  const [mine, theirs] = [(await member(admin)).json().id, (await member(stranger.admin)).json().id]
  const group = (await admin.post('/api/v1/groups', { name: 'Choir' })).json().id
  const plan = (await admin.post('/api/v1/members/plans', { name: 'Basic' })).json().id
  for (const [who, key] of [
    [admin, 'board'],
    [stranger.admin, 'their-board'],
  ] as const)
    await who.post('/api/v1/roles', { key, title: key, permissions: [] })
  const text = (format: string) => ({ type: 'string', format })
  const properties = {
    who: text('member'),
    where: text('group'),
    many: { type: 'array', maxItems: 5, items: text('group') },
    plan: text('plan'),
    told: text('role'),
    some: { type: 'array', maxItems: 5, items: text('role') },
    at: text('cron'),
    host: text('httpHost'),
    badge: text('qualification'),
    mail: text('emailTemplate'),
  }
  const spec = await published(admin, { ...form(properties), permissions: { actions: [], hosts: ['api.example.org'] } })
  const fine = {
    who: mine,
    where: group,
    many: [group],
    plan,
    told: 'makerspace_admin',
    some: ['maker', 'board'],
    at: '0 8 * * 1',
    host: 'api.example.org',
    mail: 'welcome',
  }
  const made = await configure(admin, { consent: consentTo(spec), config: fine })
  t.equal(made.statusCode, 200, made.body)
  for (const [config, pointer] of [
    [{ who: theirs }, '/config/who'],
    [{ who: randomUUID() }, '/config/who'],
    [{ where: mine }, '/config/where'],
    [{ many: [group, randomUUID()] }, '/config/many/1'],
    [{ plan: group }, '/config/plan'],
    [{ told: 'makerspace_amdin' }, '/config/told'],
    [{ some: ['maker', 'their-board'] }, '/config/some/1'],
    [{ at: '99 * * * *' }, '/config/at'],
    [{ host: '127.0.0.1' }, '/config/host'],
    [{ badge: 'first-aid' }, '/config/badge'],
    [{ mail: 'no-such-template' }, '/config/mail'],
  ] as const) {
    const refused = await configure(admin, { config })
    t.equal(refused.statusCode, 400, JSON.stringify(config))
    t.same(pointersOf(refused), [pointer])
  }
})

t.test('limits are only ever lowered', async (t) => {
  const { admin } = await club()
  const made = await installed(admin, { limits: { wallMs: 5000 } }, { limits: { cpuMs: 200 } })
  t.match(made.json(), { ceilings: { cpuMs: 2000, wallMs: 5000, heapMb: 32 }, settings: { limits: { cpuMs: 200 } } })
  for (const [name, value] of [
    ['cpuMs', 2001],
    ['wallMs', 5001],
    ['heapMb', 33],
    ['heapMb', 1],
    ['mails', 51],
  ] as const) {
    const refused = await configure(admin, { limits: { [name]: value } })
    t.same(pointersOf(refused), [`/limits/${name}`], `${name} ${value}`)
  }
  t.same((await configure(admin, { limits: { mails: 0 } })).json().settings.limits, { cpuMs: 200, mails: 0 })
  t.same((await configure(admin, { limits: { cpuMs: null } })).json().settings.limits, { mails: 0 })
})
