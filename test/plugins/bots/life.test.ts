import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { botSource, botSpec, consentTo, installed, published } from '../../support/written-bot.ts'

const platform = await startTestPlatform({ bots: [] })
t.teardown(() => platform.close())
const club = async () => {
  const tenant = await platform.tenant('Club')
  return { tenant, admin: await tenant.admin() }
}
const asked = { actions: ['members.get'], hosts: [] }

t.test('a bot is published, installed with consent, set, switched off and on, and removed', async (t) => {
  const { tenant, admin } = await club()
  const answer = await admin.post('/api/v1/bots', { source: botSource(botSpec()) })
  t.equal(answer.statusCode, 201, answer.body)
  t.match(answer.json(), { id: 'greeter', version: '1.0.0', origin: 'published', unchanged: false })
  t.equal(answer.headers.location, '/api/v1/bots/greeter')

  const listed = (await admin.get('/api/v1/bots?installed=false')).json()
  t.match(
    listed.items.find(({ id }: { id: string }) => id === 'greeter'),
    {
      title: 'Greeter',
      kind: 'event',
      enabled: false,
      version: null,
      newestVersion: '1.0.0',
      needsConsent: true,
      lastRun: null,
      permissions: { actions: [{ id: 'members.get', effect: 'read', requires: 'members.read', available: true }] },
    },
  )

  const made = await admin.post('/api/v1/bots/greeter/configure', { consent: asked, config: { greeting: 'Hi' } })
  t.equal(made.statusCode, 200, made.body)
  t.equal(made.headers.etag, '"v1"')
  t.match(made.json(), {
    installed: true,
    enabled: true,
    version: '1.0.0',
    settings: {
      config: { greeting: 'Hi' },
      triggers: { events: { 'members.created': { on: true } }, manual: true, api: false },
      notifications: { failure: { roles: ['makerspace_admin'], by: ['inbox'] } },
      consent: asked,
      configVersion: 1,
      installedBy: { kind: 'token' },
    },
  })

  const set = await admin.post('/api/v1/bots/greeter/configure', { config: { greeting: 'Salve' } })
  t.match(set.json(), { settings: { config: { greeting: 'Salve' }, configVersion: 2 }, revision: 2 })
  const same = await admin.post('/api/v1/bots/greeter/configure', { config: { greeting: 'Salve' } })
  t.equal(same.json().revision, 2, 'what changes nothing counts as nothing')

  t.equal((await admin.post('/api/v1/bots/greeter/disable')).json().enabled, false)
  t.equal((await admin.get('/api/v1/bots?enabled=true')).json().items.length, 0)
  t.equal((await admin.post('/api/v1/bots/greeter/enable')).json().enabled, true)
  t.equal((await admin.delete('/api/v1/bots/greeter')).statusCode, 204)
  t.match((await admin.get('/api/v1/bots/greeter')).json(), { installed: false, settings: null })

  const trail = (await tenant.audit()).filter(({ action }) => action.startsWith('bots.'))
  t.same(
    trail.map(({ action }) => action),
    ['bots.published', 'bots.installed', 'bots.configured', 'bots.configured', 'bots.configured', 'bots.uninstalled'],
  )
  const events = await tenant.unit((tx) =>
    tx.query<{ name: string; payload: object }>(
      `SELECT name, payload FROM core.event WHERE tenant_id = $1 AND name LIKE 'bots.%' ORDER BY at, id`,
      [tx.tenantId],
    ),
  )
  t.same(
    events.map(({ name }) => name),
    ['bots.published', 'bots.installed', 'bots.configured', 'bots.configured', 'bots.configured', 'bots.uninstalled'],
  )
  t.match(events[2]?.payload, { key: 'greeter', botId: 'greeter', version: '1.0.0', changed: ['config'] })
})

t.test('an installation that somebody changed in between is refused with 412', async (t) => {
  const { admin } = await club()
  await installed(admin)
  const stale = { 'if-match': '"v1"' }
  t.equal((await admin.post('/api/v1/bots/greeter/configure', { enabled: false }, stale)).statusCode, 200)
  for (const [method, url] of [
    ['post', '/api/v1/bots/greeter/enable'],
    ['post', '/api/v1/bots/greeter/disable'],
    ['delete', '/api/v1/bots/greeter'],
  ] as const) {
    const answer = method === 'post' ? await admin.post(url, undefined, stale) : await admin.delete(url, stale)
    t.equal(answer.statusCode, 412, url)
  }
  t.equal((await admin.post('/api/v1/bots/greeter/configure', { enabled: true }, stale)).statusCode, 412)
})

t.test('a version never changes: the same source again is nothing new, another one is refused', async (t) => {
  const { admin } = await club()
  await published(admin)
  const again = await admin.post('/api/v1/bots', { source: botSource(botSpec()) })
  t.match(again.json(), { unchanged: true, version: '1.0.0' })
  const other = await admin.post('/api/v1/bots', { source: botSource(botSpec({ title: 'Another' })) })
  t.equal(other.statusCode, 409)
  t.match(other.json(), { type: /version-taken/, detail: /count the version up/ })
  t.equal((await admin.delete('/api/v1/bots/greeter/versions/1.0.0')).statusCode, 405)
  t.equal((await admin.get('/api/v1/bots/greeter/versions')).json().items.length, 1)
})

t.test('87: an upgrade that asks for more waits for consent, and the old version goes on', async (t) => {
  const { admin } = await club()
  await installed(admin)
  const more = { actions: ['members.get', 'members.update'], hosts: ['api.example.org'] }
  const spec = await published(admin, { version: '1.1.0', permissions: more })
  t.match((await admin.get('/api/v1/bots/greeter')).json(), {
    version: '1.0.0',
    newestVersion: '1.1.0',
    needsConsent: true,
    upgrade: { version: '1.1.0', asksMore: [/change/, /api\.example\.org/] },
  })
  for (const body of [
    {},
    { consent: asked },
    { consent: { ...more, hosts: ['evil.example.org'] } },
    { consent: { ...more, actions: [...more.actions, 'members.list'] } },
  ]) {
    const refused = await admin.post('/api/v1/bots/greeter/upgrade', { version: '1.1.0', ...body })
    t.equal(refused.statusCode, 409)
    t.match(refused.json(), {
      type: /consent-required/,
      asks: { ...more, sentences: [/see/, /change/, /api\.example\.org/] },
    })
    t.equal((await admin.get('/api/v1/bots/greeter')).json().version, '1.0.0')
  }
  const german = await admin.post('/api/v1/bots/greeter/upgrade', {}, { 'accept-language': 'de' })
  t.match(german.json().asks.sentences, [/Er darf Mitglieder .* ansehen/, /Er darf ändern/, /https aufrufen/])
  const gone = await admin.post('/api/v1/bots/greeter/upgrade', { version: '1.1.0', consent: consentTo(spec) })
  t.match(gone.json(), { version: '1.1.0', upgrade: null, settings: { consent: more, previousVersion: '1.0.0' } })
  const back = await admin.post('/api/v1/bots/greeter/rollback', {})
  t.match(back.json(), { version: '1.0.0', settings: { consent: asked, previousVersion: '1.1.0' } })
  t.equal((await admin.post('/api/v1/bots/greeter/rollback', {})).statusCode, 409, 'forth again asks for more again')
})

t.test('a newer version that asks for nothing new needs no consent', async (t) => {
  const { admin } = await club()
  await installed(admin, {}, { config: { greeting: 'Moin' }, limits: { cpuMs: 100 }, triggers: { manual: false } })
  await published(admin, { version: '1.0.1' })
  t.match((await admin.get('/api/v1/bots/greeter')).json(), { needsConsent: false, upgrade: { asksMore: [] } })
  const answer = await admin.post('/api/v1/bots/greeter/upgrade', {})
  t.match(answer.json(), {
    version: '1.0.1',
    settings: { config: { greeting: 'Moin' }, limits: { cpuMs: 100 }, triggers: { manual: false } },
  })
})

t.test('what the new form asks for in other cases only stays behind, and the way back is open', async (t) => {
  const { admin } = await club()
  const form = (schema: object) => ({ schema: { type: 'object', required: ['kind'], ...schema } })
  const kind = { type: 'string', enum: ['mail', 'tag'] }
  const text = { type: 'string', maxLength: 20 }
  await installed(
    admin,
    { config: form({ properties: { kind, subject: text, tag: text } }) },
    { config: { kind: 'tag', subject: 'of no use', tag: 'new' } },
  )
  const only = (value: string, name: string) => ({
    if: { properties: { kind: { const: value } }, required: ['kind'] },
    then: { properties: { [name]: text }, required: [name] },
  })
  await published(admin, {
    version: '2.0.0',
    config: form({ properties: { kind }, allOf: [only('mail', 'subject'), only('tag', 'tag')] }),
  })
  const gone = await admin.post('/api/v1/bots/greeter/upgrade', {})
  t.match(gone.json(), { version: '2.0.0' }, gone.body)
  t.same(gone.json().settings.config, { kind: 'tag', tag: 'new' })
  const back = await admin.post('/api/v1/bots/greeter/rollback', {})
  t.same(back.json().settings.config, { kind: 'tag', tag: 'new' })
})

t.test('settings that do not fit the new form keep the old version running', async (t) => {
  const { admin } = await club()
  await installed(admin, {}, { config: { greeting: 'A rather long greeting' } })
  const schema = {
    type: 'object',
    required: ['count'],
    properties: { greeting: { type: 'string', maxLength: 5 }, count: { type: 'integer' } },
  }
  await published(admin, { version: '2.0.0', config: { schema } })
  const refused = await admin.post('/api/v1/bots/greeter/upgrade', {})
  t.equal(refused.statusCode, 409)
  t.match(refused.json(), { type: /config-does-not-fit/ })
  const pointers = refused.json().errors.map(({ pointer }: { pointer: string }) => pointer)
  t.ok(pointers.includes('/config/greeting'), pointers)
  t.equal((await admin.get('/api/v1/bots/greeter')).json().version, '1.0.0')
  const wrong = await admin.post('/api/v1/bots/greeter/upgrade', { config: { count: 'x' } })
  t.equal(wrong.statusCode, 400)
  const gone = await admin.post('/api/v1/bots/greeter/upgrade', { config: { count: 3 } })
  t.match(gone.json(), { version: '2.0.0', settings: { config: { count: 3 } } })
})

t.test('a second installation has an alias, and settings of its own', async (t) => {
  const { admin } = await club()
  await installed(admin, {}, { config: { greeting: 'Hi' } })
  const second = await admin.post('/api/v1/bots/greeter/configure', {
    alias: 'greeter-south',
    consent: asked,
    config: { greeting: 'Servus' },
  })
  t.match(second.json(), { id: 'greeter-south', botId: 'greeter', settings: { config: { greeting: 'Servus' } } })
  t.match((await admin.get('/api/v1/bots/greeter')).json(), { settings: { config: { greeting: 'Hi' } } })
  t.same(
    (await admin.get('/api/v1/bots?installed=true')).json().items.map(({ id }: { id: string }) => id),
    ['greeter', 'greeter-south'],
  )
  const taken = await admin.post('/api/v1/bots', { source: botSource(botSpec({ id: 'greeter-south' })) })
  t.equal(taken.statusCode, 409, 'an alias is an address here')
  await published(admin, { id: 'other' })
  const crossing = await admin.post('/api/v1/bots/other/configure', { alias: 'greeter', consent: asked })
  t.equal(crossing.statusCode, 409)
})

t.test('bots are found by kind, by words and page by page', async (t) => {
  const { admin } = await club()
  for (const id of ['alpha', 'beta', 'gamma'])
    await published(admin, { id, title: `Über ${id}`, kind: id === 'beta' ? 'action' : 'event' })
  const ids = async (query: string): Promise<string[]> =>
    (await admin.get(`/api/v1/bots?${query}`)).json().items.map(({ id }: { id: string }) => id)
  t.same(await ids('kind=action'), ['beta'])
  t.same(await ids('search=uber gam'), ['gamma'])
  const first = await admin.get('/api/v1/bots?search=uber&limit=2&total=true')
  t.match(first.json().page, { nextCursor: 'beta', total: 3 })
  t.match(first.headers.link, /cursor=beta/)
  t.same(await ids('search=uber&limit=2&cursor=beta'), ['gamma'])
  t.equal((await admin.get('/api/v1/bots?cursor=nothing')).statusCode, 400)
})

t.test('a form speaks the language asked for', async (t) => {
  const { admin } = await club()
  await published(admin, {
    translations: { de: { Greeting: 'Gruß', Greeter: 'Grüßer', 'Says hello to whoever joins.': 'Grüßt.' } },
  })
  const bot = (await admin.get('/api/v1/bots/greeter?language=de')).json()
  t.match(bot, {
    title: 'Grüßer',
    description: 'Grüßt.',
    schema: { properties: { greeting: { title: 'Gruß' } } },
    form: {
      when: { schema: { title: 'Wann er läuft' } },
      what: { schema: { properties: { greeting: { title: 'Gruß', default: 'Hello' } } } },
      who: { schema: { title: 'Wer erfährt davon' } },
    },
  })
  const english = (await admin.get('/api/v1/bots/greeter', { 'accept-language': 'en' })).json()
  t.match(english, { title: 'Greeter', form: { when: { schema: { title: 'When it runs' } } } })
})
