import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { botAtWork } from './bot-at-work.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const club = async () => {
  const tenant = await platform.tenant('Club')
  return { platform, tenant, admin: await tenant.admin() }
}
type Club = Awaited<ReturnType<typeof club>>
const newMember = async ({ admin }: Club, more: object = {}): Promise<string> =>
  (await admin.post('/api/v1/members', { firstName: 'Ada', lastName: 'Lovelace', ...more })).json().id
const runs = async ({ admin }: Club) =>
  (await admin.get('/api/v1/bots/worker/runs?sort=queuedAt')).json().items as Record<string, unknown>[]

t.test('an event starts each bot that waits for it once, with what happened', async (t) => {
  const at = await club()
  const bot = await botAtWork(at, 'return { event }', { triggers: { events: ['members.created'] } })
  const memberId = await newMember(at)
  await platform.settle()
  const [run, ...rest] = await runs(at)
  t.same(rest, [])
  t.match(await bot.trace(String(run!.id)), {
    status: 'ok',
    triggerKind: 'event',
    result: { event: { trigger: 'event', name: 'members.created', payload: { memberId } } },
    limits: { cpuMs: 500, wallMs: 30_000 },
    cause: { event: { name: 'members.created', title: 'A member was added' }, memberId, groupId: null, by: null },
    did: [],
  })
  const clerk = await at.tenant.as({ permissions: ['bots.read'] })
  const seen = (await clerk.get('/api/v1/bots/worker/runs', { 'accept-language': 'de' })).json().items
  t.match(seen, [{ cause: { event: { title: 'Ein Mitglied wurde angelegt' }, memberId: null } }], 'not for everybody')
  await at.admin.post('/api/v1/bots/worker/configure', { triggers: { events: { 'members.created': { on: false } } } })
  await newMember(at)
  await platform.settle()
  t.equal((await runs(at)).length, 1, 'off means off')
})

t.test('conditions look at the payload, the member and the group an event names', async (t) => {
  const at = await club()
  const condition = { member: { field: 'lastName', op: 'startsWith', value: 'love' } }
  await botAtWork(
    at,
    'return {}',
    { triggers: { events: ['members.created', 'groups.updated'] } },
    {
      triggers: {
        events: {
          'members.created': { on: true, condition },
          'groups.updated': {
            on: true,
            condition: {
              payload: { field: 'changed', op: 'has', value: 'description' },
              group: { field: 'name', op: 'eq', value: 'Choir' },
            },
          },
        },
      },
    },
  )
  await newMember(at)
  await newMember(at, { lastName: 'Hopper' })
  await platform.settle()
  t.equal((await runs(at)).length, 1)
  for (const name of ['Choir', 'Band']) {
    const made = await at.admin.post('/api/v1/groups', { name, parentId: at.tenant.rootId })
    t.equal(made.statusCode, 201, made.body)
    await at.admin.patch(`/api/v1/groups/${made.json().id}`, { description: 'Sings' })
    if (name === 'Choir') await at.admin.patch(`/api/v1/groups/${made.json().id}`, { icon: 'music' })
  }
  await platform.settle()
  t.equal((await runs(at)).length, 2)
})

t.test('74: a bot that causes what starts it stops at depth three', async (t) => {
  const at = await club()
  await botAtWork(at, `await ctx.call('members.create', { firstName: 'Next', lastName: 'One' })`, {
    triggers: { events: ['members.created'] },
    permissions: { actions: ['members.create'] },
  })
  await newMember(at)
  await platform.settle()
  const all = await runs(at)
  t.same(
    all.map(({ depth, status }) => [depth, status]),
    [
      [0, 'ok'],
      [1, 'ok'],
      [2, 'ok'],
    ],
  )
  const { logs } = (await at.admin.get(`/api/v1/bot-runs/${String(all[2]!.id)}`)).json()
  t.match(logs, [
    { level: 'warning', message: 'members.created started no bot: a chain of bots ends here, 3 runs stand in it' },
  ])
})

t.test('a time fires one run however often it is told, and follows the switch', async (t) => {
  const at = await club()
  const bot = await botAtWork(at, 'return { at: event.scheduledFor }', { triggers: { cron: { default: '0 8 * * *' } } })
  await platform.advance(24 * 3_600_000)
  await platform.settle()
  const [run, ...rest] = await runs(at)
  t.same(rest, [])
  const { result } = await bot.trace(String(run!.id))
  const scheduledFor = (result as { at: string }).at
  t.match(scheduledFor, /T0[67]:00:00/)
  t.match(run, { cause: { event: null, at: scheduledFor } })
  await at.tenant.unit((tx) => tx.enqueue('bots.tick', { installationId: bot.installationId, scheduledFor }))
  await platform.settle()
  t.equal((await runs(at)).length, 1)
  await at.admin.post('/api/v1/bots/worker/disable')
  await platform.advance(24 * 3_600_000)
  await platform.settle()
  t.equal((await runs(at)).length, 1)
})

t.test(
  'the same call of a program with one key starts one run; a button starts it for what it stands on',
  async (t) => {
    const at = await club()
    const bot = await botAtWork(at, 'return { target: event.target ?? null, input: event.input ?? null }', {
      kind: 'action',
      triggers: {
        api: { input: { type: 'object', properties: { n: { type: 'integer', title: 'N' } }, required: ['n'] } },
        action: { target: 'member' },
      },
    })
    const headers = { 'idempotency-key': 'once' }
    const one = await at.admin.post('/api/v1/bots/worker/run', { input: { n: 1 } }, headers)
    t.equal(one.headers.location, `/api/v1/bot-runs/${one.json().id}`)
    const two = await at.admin.post('/api/v1/bots/worker/run', { input: { n: 1 } }, headers)
    t.equal(two.json().id, one.json().id)
    t.equal((await at.admin.post('/api/v1/bots/worker/run', {})).statusCode, 400)
    const memberId = await newMember(at)
    const run = await bot.run({ target: { type: 'member', id: memberId } })
    t.match(run, { triggerKind: 'action', result: { target: { type: 'member', id: memberId } } })
    t.match(run, { cause: { memberId } })
    t.equal(
      (await at.admin.post('/api/v1/bots/worker/run', { target: { type: 'group', id: at.tenant.rootId } })).statusCode,
      409,
    )
    const other = await newMember(await club())
    t.equal((await at.admin.post('/api/v1/bots/worker/run', { target: { type: 'member', id: other } })).statusCode, 400)
    t.equal((await runs(at)).length, 2)
  },
)

t.test(
  'a signed call starts one run an id; one unsigned, old, altered or for an address that is gone starts none',
  async (t) => {
    const at = await club()
    const bot = await botAtWork(at, 'return { body: event.body, headers: event.headers }', {
      triggers: { webhook: true },
    })
    const rotated = await at.admin.post('/api/v1/bots/worker/webhook/rotate')
    t.equal(rotated.statusCode, 200, rotated.body)
    const { url, secret } = rotated.json() as { url: string; secret: string }
    const path = new URL(url).pathname
    const body = '{"amount": 5,\n "text": "grüße "}'
    const anyone = await at.tenant.as('anonymous')
    const call = (o: { id?: string; at?: Date; payload?: string; to?: string; sign?: string; depth?: string } = {}) => {
      const when = o.at ?? platform.clock.now()
      return anyone.inject({
        method: 'POST',
        url: o.to ?? path,
        payload: o.payload ?? body,
        headers: {
          'content-type': 'application/json',
          'x-event': 'paid',
          ...(o.depth === undefined ? {} : { 'guildhall-depth': o.depth }),
          'webhook-id': o.id ?? 'msg_1',
          'webhook-timestamp': String(Math.floor(when.getTime() / 1000)),
          'webhook-signature': o.sign ?? new Webhook(secret).sign(o.id ?? 'msg_1', when, body),
        },
      })
    }
    const first = await call()
    t.equal(first.statusCode, 202, first.body)
    t.match((await call()).json(), { runId: first.json().runId, duplicate: true })
    t.equal((await call({ id: 'msg_2' })).json().duplicate, false)
    await platform.settle()
    const run = await bot.trace(first.json().runId)
    t.match(run, {
      status: 'ok',
      triggerKind: 'webhook',
      result: { body: { amount: 5, text: 'grüße ' }, headers: { 'x-event': 'paid' } },
    })
    t.notMatch(JSON.stringify(run), /webhook-signature|whsec_/)
    t.notMatch(JSON.stringify(await runs(at)), /amount|grüße/, 'what a call says stands in no list')

    const chained = await call({ id: 'chained', depth: '2' })
    t.equal((await bot.trace(chained.json().runId)).depth, 2, 'a bot that calls a bot is deeper')
    for (const depth of ['3', '99', '-1', 'x']) {
      const ended = await call({ id: `ended${depth}`, depth })
      t.equal(ended.statusCode, 409, depth)
      t.match(ended.json().detail, /A chain of bots ends here/)
    }

    t.equal((await call({ payload: '{"amount":500}' })).statusCode, 401)
    const refused = await call({ sign: 'v1,AAAA' })
    t.match(refused.json(), { status: 401, type: '/docs/errors#signature-refused', remedy: /Sign the bytes/ })
    t.equal((await call({ id: 'msg_3', at: new Date(platform.clock.now().getTime() - 600_000) })).statusCode, 401)
    t.equal((await call({ id: 'msg_3', at: new Date(platform.clock.now().getTime() + 600_000) })).statusCode, 401)
    t.equal((await call({ to: '/api/v1/bot-hooks/guessed' })).statusCode, 404)
    const hub = (signature: string) =>
      anyone.inject({
        method: 'POST',
        url: path,
        payload: 'plain text',
        headers: { 'content-type': 'text/plain', 'x-hub-signature-256': signature },
      })
    const good = `sha256=${createHmac('sha256', secret).update('plain text').digest('hex')}`
    t.equal((await hub(good)).statusCode, 202)
    t.match((await hub(good)).json(), { duplicate: true })
    t.equal((await hub(good.replace(/.$/, (c) => (c === '0' ? '1' : '0')))).statusCode, 401)
    await at.admin.post('/api/v1/bots/worker/disable')
    t.equal((await call({ id: 'msg_4' })).statusCode, 410)
    await at.admin.post('/api/v1/bots/worker/enable')
    await at.admin.post('/api/v1/bots/worker/webhook/rotate')
    t.equal((await call({ id: 'msg_5' })).statusCode, 404, 'the address before it is gone')
  },
)

t.test('a bot that events start is tried with an event nobody raised, and only tried', async (t) => {
  const at = await club()
  const bot = await botAtWork(at, 'return { event }', { triggers: { events: ['members.created'] } })
  const payload = { memberId: await newMember(at), sendWelcome: false }
  await platform.settle()
  const event = { name: 'members.created', payload }
  t.match(await bot.run({ dryRun: true, event }), {
    status: 'ok',
    mode: 'dry',
    triggerKind: 'event',
    result: { event: { trigger: 'event', name: 'members.created', payload } },
  })
  const pointers = async (body: object): Promise<string[]> => {
    const answer = await at.admin.post('/api/v1/bots/worker/run', body)
    t.equal(answer.statusCode, 400, answer.body)
    return answer.json().errors.map(({ pointer }: { pointer: string }) => pointer)
  }
  t.same(await pointers({ event }), ['/event'], 'not in earnest')
  t.same(await pointers({ dryRun: true, event: { ...event, name: 'members.deleted' } }), ['/event/name'])
  t.same(await pointers({ dryRun: true, input: {}, event }), ['/event'])
  const [wrong] = await pointers({ dryRun: true, event: { ...event, payload: { memberId: 7, sendWelcome: false } } })
  t.match(wrong, /^\/event\/payload/)
})

t.test('what the input of a start names must be here', async (t) => {
  const at = await club()
  const properties = { role: { type: 'string', format: 'role' }, who: { type: 'string', format: 'member' } }
  const bot = await botAtWork(at, 'return event.input', {
    triggers: { manual: { input: { type: 'object', properties } } },
  })
  const input = { role: 'makerspace_admin', who: await newMember(at) }
  t.match(await bot.run({ input }), { status: 'ok', result: input })
  const refused = await at.admin.post('/api/v1/bots/worker/run', { input: { role: 'makr', who: crypto.randomUUID() } })
  t.equal(refused.statusCode, 400, refused.body)
  t.match(refused.json().errors, [{ pointer: '/input/role' }, { pointer: '/input/who' }])
})
