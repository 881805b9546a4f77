import t, { type Test } from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { inTurn } from '#plugins/bots/definitions/in-turn.ts'
import { botSource, botSpec, installed } from '../../support/written-bot.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const tenant = await platform.tenant('Club')
const admin = await tenant.admin()

async function publish(source: string) {
  const answer = await admin.post('/api/v1/bots', { source })
  return { answer, errors: (answer.json().errors ?? []) as { pointer: string; message: string }[] }
}
const refusedWith = async (t: Test, name: string, source: string, pointer: string | RegExp, message: RegExp = /./) => {
  const { answer, errors } = await publish(source)
  t.equal(answer.statusCode, 400, `${name}: ${answer.body.slice(0, 300)}`)
  t.ok(
    errors.some(
      (error) =>
        (typeof pointer === 'string' ? error.pointer === pointer : pointer.test(error.pointer)) &&
        message.test(error.message),
    ),
    `${name}: ${JSON.stringify(errors).slice(0, 500)}`,
  )
}
const schema = (properties: object, more: object = {}) =>
  botSource(botSpec({ config: { schema: { type: 'object', properties, ...more } } }))

const nested = (depth: number): object =>
  depth === 0 ? { type: 'string' } : { type: 'object', properties: { a: nested(depth - 1) } }

t.test('83: a hostile schema is refused at its place', async (t) => {
  const cases: readonly [string, object, object?][] = [
    ['a pattern', { a: { type: 'string', pattern: '(a+)+$' } }],
    ['a remote reference', { a: { $ref: 'https://evil.example/schema.json' } }],
    [
      'a reference to itself',
      { a: { $ref: '#/$defs/a' } },
      { $defs: { a: { type: 'object', properties: { b: { $ref: '#/$defs/a' } } } } },
    ],
    ['depth 100', { a: nested(100) }],
    ['$data', { a: { type: 'integer', minimum: { $data: '1/b' } } }],
    ['an unknown keyword', { a: { type: 'string', contentEncoding: 'base64' } }],
  ]
  for (const [name, properties, more] of cases)
    await refusedWith(t, name, schema(properties, more), /^\/manifest/, /^Line \d+: ./)
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}`, { type: 'string' }]))
  await refusedWith(t, 'too many fields', schema(many), /^\/manifest/)
  const { answer } = await publish(schema({ a: { type: 'string', description: 'x'.repeat(1_000_000) } }))
  t.equal(answer.statusCode, 400, '1 MB')
})

t.test('84: a hostile UI schema is refused, and labels are text', async (t) => {
  const ui = (uiSchema: object) =>
    botSource(botSpec({ config: { schema: { type: 'object', properties: { a: { type: 'string' } } }, uiSchema } }))
  for (const [name, uiSchema] of [
    ['an unknown widget', { a: { 'ui:widget': 'html' } }],
    ['an unknown field', { b: { 'ui:widget': 'text' } }],
    ['a class', { a: { 'ui:classNames': 'x' } }],
    ['props', { a: { 'ui:options': { props: { dangerouslySetInnerHTML: { __html: '<b>' } } } } }],
    ['a style', { a: { 'ui:options': { style: { position: 'fixed' } } } }],
    ['a custom field', { a: { 'ui:field': 'evil' } }],
    ['a link to code', { a: { 'ui:options': { href: 'javascript:alert(1)' } } }],
  ] as const)
    await refusedWith(t, name, ui(uiSchema), /^\/manifest\/config\/uiSchema/, /^Line \d+: ./)
})

t.test('the fields of a form keep the order their author gave them, in parts of it too', async (t) => {
  const names = ['host', 'token', 'plan', 'group', 'who']
  const texts = Object.fromEntries(names.map((name) => [name, { type: 'string' }]))
  const config = { schema: { type: 'object', properties: { ...texts, part: { type: 'object', properties: texts } } } }
  const { answer } = await publish(botSource(botSpec({ id: 'in-order', config })))
  t.equal(answer.statusCode, 201, answer.body)
  const { properties } = (await admin.get('/api/v1/bots/in-order')).json().form.what.schema
  t.same(Object.keys(properties), [...names, 'part'])
  t.same(Object.keys(properties.part.properties), names)
})

t.test('86: a source that cannot be one is refused with its line and the reason', async (t) => {
  const good = botSource(botSpec())
  const cases: readonly [string, string, RegExp][] = [
    ['a syntax error', `${good}\nconst = 5\n`, /line \d+|Line \d+/i],
    ['a foreign import', `import fs from 'node:fs'\n${good}`, /[Ll]ine 1/],
    ['a hidden import', good.replace('ctx.log("hello")', 'await import("node:fs")'), /[Ll]ine \d+/],
    ['await at the top', `await 1\n${good}`, /[Ll]ine 1/],
    [
      'an import hidden behind a regular expression',
      `function f() {} /[/'"]/; const g = () => import('fs') // '\n${good}`,
      /Line 1: A bot cannot import/,
    ],
    ['a character that reverses text', good.replace('hello', 'he\u202ello'), /[Ll]ine \d+/],
    ['a name of look-alikes', `${good}\nconst p\u0430yload = 1\n`, /[Ll]ine \d+/],
    ['no bot', 'export default 5\n', /./],
    ['nothing', 'const a = 1\n', /./],
  ]
  for (const [name, source, message] of cases) await refusedWith(t, name, source, /^\/source|^\/manifest/, message)
  const large = await publish(`${good}// ${'x'.repeat(300_000)}`)
  t.equal(large.answer.statusCode, 400, '300 kB')
  t.match(large.answer.json().detail, /^A bot has at most 256 KB, and this one has \d+ KB/)
  t.same(
    large.errors.map(({ pointer }) => pointer),
    ['/source'],
  )
  const wide = await publish(`${good}// ${'ü'.repeat(200_000)}`)
  t.equal(wide.answer.statusCode, 400, 'bytes are counted, not characters')
})

t.test('a bot asks for actions and events that there are, and the line is named', async (t) => {
  const unknown = botSource(botSpec({ permissions: { actions: ['members.get', 'members.updte'] } }))
  await refusedWith(
    t,
    'an action',
    unknown,
    '/manifest/permissions/actions/1',
    /^Line \d+: "members\.updte" .*; did you mean "members\.update"\?$/,
  )
  const deaf = botSource(botSpec({ triggers: { events: ['members.created', 'members.sneezed'] } }))
  await refusedWith(t, 'an event', deaf, '/manifest/triggers/events/1', /^Line \d+: "members\.sneezed"/)
  for (const [name, more, pointer] of [
    ['an id that is no address', { id: 'Greeter Bot' }, '/manifest/id'],
    ['a version that is none', { version: '1' }, '/manifest/version'],
    [
      'a host that is an address',
      { permissions: { actions: [], hosts: ['127.0.0.1'] } },
      '/manifest/permissions/hosts/0',
    ],
    ['a limit above the platform', { limits: { heapMb: 4096 } }, '/manifest/limits/heapMb'],
    ['a word nobody knows', { onInstall: 'x' }, '/manifest/onInstall'],
    ['a day that never comes', { triggers: { cron: { default: '0 0 31 2 *' } } }, '/manifest/triggers/cron/default'],
    ['what happens to bots', { triggers: { events: ['bots.runFailed'] } }, '/manifest/triggers/events/0'],
  ] as const)
    await refusedWith(t, name, botSource(botSpec(more)), pointer, /^Line \d+: ./)
})

t.test('88: what runs is what its hash says, and nobody changes it', async (t) => {
  const { answer } = await publish(botSource(botSpec({ id: 'hashed' })))
  t.match(answer.json().hash, /^[0-9a-f]{64}$/)
  const change = tenant.unit((tx) =>
    tx.query(`UPDATE bots.bot_version SET source = 'evil' WHERE tenant_id = $1`, [tx.tenantId]),
  )
  await t.rejects(change, /permission denied/)
  await t.rejects(
    tenant.unit((tx) => tx.query('DELETE FROM bots.bot_version WHERE tenant_id = $1', [tx.tenantId])),
    /permission denied/,
  )
})

t.test('89: nothing but a source is taken: no compiled code, no snapshot', async (t) => {
  for (const more of [
    { cachedData: 'AAAA' },
    { snapshot: 'AAAA' },
    { bytecode: 'AAAA' },
    { manifest: {} },
    { hash: 'x' },
  ]) {
    const refused = await admin.post('/api/v1/bots', { source: botSource(botSpec({ id: 'cached' })), ...more })
    t.equal(refused.statusCode, 400, Object.keys(more).join())
  }
  t.equal((await admin.get('/api/v1/bots/cached')).statusCode, 404)
})

t.test('texts of a bot are text wherever they come back', async (t) => {
  const title = 'Tom & Jerry\u2019s greeter'
  const answer = await installed(admin, { id: 'texts', title })
  t.equal(answer.json().title, title)
  t.match(answer.headers['content-type'], /application\/json/)
})

t.test('a module without types is published as it is', async (t) => {
  const source = botSource(botSpec({ id: 'plain' }))
  const answer = await admin.post('/api/v1/bots', { source, fileName: 'plain.mjs' })
  t.equal(answer.statusCode, 201, answer.body)
  const typed = await admin.post('/api/v1/bots', {
    source: source.replace('async run(ctx, event)', 'async run(ctx: unknown, event: unknown)'),
    fileName: 'plain.js',
  })
  t.equal(typed.statusCode, 400, 'types are not JavaScript')
})

t.test('a source is tried as versions before its own, and none of them stands in its way', async (t) => {
  const source = botSource(botSpec({ id: 'tried', version: '1.0.0' }))
  const made = await admin.post('/api/v1/bots', { source, prerelease: 'dev.3' })
  t.equal(made.statusCode, 201, made.body)
  t.match(made.json(), { id: 'tried', version: '1.0.0-dev.3', unchanged: false })
  t.match((await admin.get('/api/v1/bots/tried/versions/1.0.0-dev.3')).json().manifest, { version: '1.0.0-dev.3' })
  t.match((await admin.post('/api/v1/bots', { source, prerelease: 'dev.3' })).json(), { unchanged: true })
  await admin.post('/api/v1/bots', { source, prerelease: 'dev.20' })
  t.match((await admin.get('/api/v1/bots/tried')).json(), { newestVersion: '1.0.0-dev.20' })
  t.match((await admin.post('/api/v1/bots', { source })).json(), { version: '1.0.0' })
  t.match((await admin.get('/api/v1/bots/tried')).json(), { newestVersion: '1.0.0' })
  for (const prerelease of ['', 'dev 3', 'dev..3', '.', 'dev+3', 'x'.repeat(41)])
    t.equal((await admin.post('/api/v1/bots', { source, prerelease })).statusCode, 400, prerelease)
  const long = botSource(botSpec({ id: 'tried', version: `1.0.0-${'x'.repeat(30)}` }))
  const refused = await admin.post('/api/v1/bots', { source: long, prerelease: 'y'.repeat(40) })
  t.equal(refused.statusCode, 400, refused.body)
})

t.test('sources of one organisation are read one after another, and only so many wait', async (t) => {
  const began: number[] = []
  const gates = Array.from({ length: 20 }, () => Promise.withResolvers<void>())
  const read = gates.map(({ promise }, i) =>
    inTurn('one', async () => {
      began.push(i)
      await promise
      if (i % 2 === 0) throw new Error('It cannot be read')
    }).catch(() => undefined),
  )
  await t.rejects(
    inTurn('one', async () => undefined),
    { message: /are being read already/ },
    'the next one is told to come later',
  )
  t.equal(await inTurn('another', async () => 'read'), 'read', 'others do not wait for them')
  t.same(began, [0])
  for (const [i, gate] of gates.entries()) {
    gate.resolve()
    await read[i]
  }
  t.same(
    began,
    gates.map((_, i) => i),
    'in the order in which they came',
  )
  t.equal(await inTurn('one', async () => 'read'), 'read')
})
