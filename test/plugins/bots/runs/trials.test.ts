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
const start = (at: Club, body: object) => at.admin.post('/api/v1/bots/worker/run', body)
const pointersOf = async (at: Club, body: object): Promise<string[]> => {
  const answer = await start(at, body)
  t.equal(answer.statusCode, 400, answer.body)
  return answer.json().errors.map(({ pointer }: { pointer: string }) => pointer)
}

t.test('a bot that only its times start is tried as if one had come, switched off or not', async (t) => {
  const at = await club()
  const triggers = { cron: { default: '0 8 * * *' } }
  const code = `await ctx.state.get('key')
    return { event, now: new Date().toISOString().slice(0, 13), today: ctx.tenant.today }`
  const bot = await botAtWork(at, code, { triggers }, { enabled: false })
  t.match(await bot.run({ dryRun: true }), {
    status: 'ok',
    mode: 'dry',
    triggerKind: 'cron',
    result: { event: { trigger: 'cron', scheduledFor: /^20/ } },
    limits: { cpuMs: 2_000 },
  })
  const scheduledFor = '2030-02-28T07:00:00.000Z'
  const run = await bot.run({ dryRun: true, scheduledFor })
  const result = { event: { trigger: 'cron', scheduledFor }, now: '2030-02-28T07', today: '2030-02-28' }
  t.match(run, { result })
  const again = (await at.admin.post(`/api/v1/bot-runs/${run.id}/replay`)).json()
  await platform.settle()
  t.match(await bot.trace(again.id), { mode: 'replay', status: 'ok', result })
  await at.admin.post('/api/v1/bots/worker/enable')
  t.equal((await start(at, {})).statusCode, 409, 'nobody starts it in earnest')
  t.same(await pointersOf(at, { scheduledFor }), ['/scheduledFor'])
  t.same(await pointersOf(at, { dryRun: true, scheduledFor, input: {} }), ['/scheduledFor'])
})

t.test('a bot that signed calls start is tried as if one had come in, and has no times', async (t) => {
  const at = await club()
  const bot = await botAtWork(at, 'return { event }', { triggers: { webhook: true } })
  t.match(await bot.run({ dryRun: true, call: { body: { amount: 5 } } }), {
    status: 'ok',
    mode: 'dry',
    triggerKind: 'webhook',
    result: { event: { trigger: 'webhook', body: { amount: 5 }, headers: { 'content-type': 'application/json' } } },
  })
  t.same(await pointersOf(at, { call: { body: 'hello' } }), ['/call'])
  t.same(await pointersOf(at, { dryRun: true, scheduledFor: '2030-02-28T07:00:00Z' }), ['/scheduledFor'])
  const alone = await start(at, { dryRun: true })
  t.equal(alone.statusCode, 409)
  t.match(alone.json().detail, /Try it with `dryRun` and what starts it: `call`\.$/)
})

t.test('sample events are the last that happened, else an example, and both start a trial', async (t) => {
  const at = await club()
  const events = ['members.created', 'members.suspended']
  const bot = await botAtWork(at, 'return { event }', { triggers: { events } })
  const samples = async (headers: Record<string, string> = {}) =>
    (await at.admin.get('/api/v1/bots/worker/sample-events', headers)).json().items
  const [made, suspended] = await samples()
  t.match(made, { name: 'members.created', title: 'A member was added', at: null })
  for (const lastName of ['Lovelace', 'Hopper'])
    await at.admin.post('/api/v1/members', { firstName: 'Ada', lastName, sendWelcome: false })
  const [newest] = (await at.admin.get('/api/v1/members?search=Hopper')).json().items
  const [happened] = await samples({ 'accept-language': 'de' })
  t.match(happened, { title: 'Ein Mitglied wurde angelegt', payload: { memberId: newest.id }, at: /^20/ })
  for (const { name, payload } of [happened, suspended])
    t.match(await bot.run({ dryRun: true, event: { name, payload } }), {
      status: 'ok',
      result: { event: { name, payload } },
    })
  const other = await club()
  await botAtWork(other, '', { triggers: { events } })
  const [strange] = (await other.admin.get('/api/v1/bots/worker/sample-events')).json().items
  t.equal(strange.at, null, 'what happens elsewhere is not told')
})

t.test('a bot says where its times are meant, and whether signed calls have an address', async (t) => {
  const at = await club()
  await botAtWork(at, '', { triggers: { webhook: true } })
  const shown = async () => (await at.admin.get('/api/v1/bots/worker')).json()
  t.match(await shown(), { timeZone: 'Europe/Berlin', settings: { hasAddress: false } })
  await at.admin.post('/api/v1/bots/worker/webhook/rotate')
  t.match(await shown(), { settings: { hasAddress: true } })
})
