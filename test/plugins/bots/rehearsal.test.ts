import t from 'tap'
import { startTestPlatform, type TestClient, type TestTenant } from '#core/testing/index.ts'
import { botSource, botSpec, consentTo } from '../../support/written-bot.ts'

const platform = await startTestPlatform({ now: new Date('2026-03-01T09:00:00Z'), pool: 6 })
t.teardown(() => platform.close())

/** Tags whoever expires, and asks another system every Monday. */
const spec = botSpec({
  id: 'planner',
  triggers: { cron: { default: '0 8 * * *' }, manual: {} },
  permissions: { actions: ['members.list', 'members.addTag'], hosts: ['example.org'] },
})
const code = `
  const { items } = await ctx.call('members.list', { filter: { field: 'status', op: 'eq', value: 'expired' } })
  for (const { id, tags } of items) if (!tags.includes('lapsed')) await ctx.call('members.addTag', { memberId: id, tag: 'lapsed' })
  if (new Date().getUTCDay() === 1) await ctx.fetch('https://example.org/monday', { method: 'POST', body: '{}' })
  return { summary: items.length + ' lapsed' }`

async function club(name: string): Promise<{ tenant: TestTenant; admin: TestClient; ending: string }> {
  const tenant = await platform.tenant(name)
  const admin = await tenant.admin()
  const plan = { name: 'Plan', billingCycle: 'monthly', price: { amount: 500, currency: 'EUR' } }
  const { id: planId } = (await admin.post('/api/v1/members/plans', plan)).json()
  const ending = (await admin.post('/api/v1/members', { lastName: 'Ending' })).json().id
  await admin.post('/api/v1/memberships', { memberId: ending, planId, from: '2026-02-11', validUntil: '2026-03-10' })
  t.equal((await admin.post('/api/v1/bots', { source: botSource(spec, code) })).statusCode, 201)
  const triggers = { cron: { on: true, expression: '0 8 * * *' } }
  const set = await admin.post('/api/v1/bots/planner/configure', { consent: consentTo(spec), triggers, enabled: false })
  t.equal(set.statusCode, 200)
  await platform.settle()
  return { tenant, admin, ending }
}

t.test('a rehearsal tells what a bot would do in the days to come, and does none of it', async (t) => {
  const { admin, ending } = await club('Rehearsing bots')
  const asked = await admin.post('/api/v1/bots/planner/rehearsals', { days: 14 })
  t.equal(asked.statusCode, 202)
  t.match(asked.json(), { status: 'queued', days: 14 })
  t.equal((await admin.post('/api/v1/bots/planner/rehearsals', { days: 1 })).statusCode, 409, 'one at a time')
  await platform.settle()
  const shown = (await admin.get(`/api/v1/bots/planner/rehearsals/${asked.json().id}`)).json()
  t.equal(shown.status, 'done', shown.reason)
  t.same(shown.counts, { run: 14, change: 1, call: 2 })
  const of = (kind: string) => shown.timeline.filter((entry: { kind: string }) => entry.kind === kind)
  t.match(of('change'), [{ name: 'members.addTag', input: { memberId: ending, tag: 'lapsed' } }])
  t.match(of('change')[0].at, /^2026-03-1[12]T07:00/, 'the day after the last day, at eight in Berlin')
  t.same(
    of('call').map(({ at, name }: { at: string; name: string }) => [at.slice(0, 10), name]),
    [
      ['2026-03-02', 'example.org'],
      ['2026-03-09', 'example.org'],
    ],
  )
  t.same((await admin.get(`/api/v1/members/${ending}`)).json().tags, [], 'the member here is as he was')
  t.equal((await admin.get('/api/v1/bots/planner')).json().enabled, false, 'and the bot is still off')
  t.same((await admin.get('/api/v1/bot-runs')).json().items, [])
})

t.test('a long rehearsal keeps its first days, and a mail that had been sent already is none', async (t) => {
  const { admin, ending } = await club('Rehearsing for long')
  await admin.put(`/api/v1/members/${ending}`, { email: 'ending@example.org' })
  const spec = botSpec({
    id: 'reminder',
    triggers: { cron: { default: '0 8 * * 1' } },
    permissions: { actions: ['email.send'] },
  })
  const mail = `{ memberId: '${ending}', subject: 'Hello', text: 'Hello', key: 'once' }`
  const source = botSource(spec, `await ctx.call('email.send', ${mail}); return { summary: 'asked' }`)
  t.equal((await admin.post('/api/v1/bots', { source })).statusCode, 201)
  const set = await admin.post('/api/v1/bots/reminder/configure', { consent: consentTo(spec), enabled: false })
  t.equal(set.statusCode, 200, set.body)
  const asked = await admin.post('/api/v1/bots/reminder/rehearsals', { days: 40 })
  await platform.settle()
  const shown = (await admin.get(`/api/v1/bots/reminder/rehearsals/${asked.json().id}`)).json()
  t.equal(shown.status, 'done', shown.reason)
  t.same(shown.counts, { run: 6, mail: 1 }, JSON.stringify(shown.timeline).slice(0, 1000))
  t.match(shown.timeline[0]?.at, /^2026-03-02/)
})

t.test('a rehearsal can be cancelled, and its list is the bot’s own', async (t) => {
  const { admin } = await club('Cancelling')
  const { id } = (await admin.post('/api/v1/bots/planner/rehearsals', { days: 3 })).json()
  t.match((await admin.post(`/api/v1/bots/planner/rehearsals/${id}/cancel`)).json(), { status: 'cancelled' })
  t.equal((await admin.post(`/api/v1/bots/planner/rehearsals/${id}/cancel`)).statusCode, 409)
  await platform.settle()
  t.match((await admin.get('/api/v1/bots/planner/rehearsals')).json().items, [{ id, status: 'cancelled' }])
  t.equal((await admin.get(`/api/v1/bots/nobody/rehearsals/${id}`)).statusCode, 404)
})
