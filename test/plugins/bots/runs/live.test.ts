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
const tagging = { permissions: { actions: ['members.addTag', 'members.get', 'members.create'] } }

t.test('a run started by hand does what it says, as the bot, and its trace tells each step', async (t) => {
  const at = await club()
  const memberId = await newMember(at)
  const bot = await botAtWork(
    at,
    `const m = await ctx.call('members.get', { memberId: '${memberId}' })
     await ctx.call('members.addTag', { memberId: m.id, tag: 'seen' })
     await ctx.state.set('last', m.id)
     ctx.log('tagged', { id: m.id })
     return { summary: 'One member', last: await ctx.state.get('last') }`,
    tagging,
  )
  const run = await bot.run()
  t.match(run, {
    status: 'ok',
    ended: 'ok',
    attempt: 1,
    summary: 'One member',
    result: { last: memberId },
    triggerKind: 'manual',
    calls: [
      { sequence: 0, method: 'action', name: 'members.get', effect: 'read', outcome: 'done' },
      { sequence: 1, name: 'members.addTag', effect: 'write', answer: { ok: true } },
      { sequence: 2, method: 'state.set', name: 'last' },
      { sequence: 3, method: 'state.get', answer: { ok: true, value: memberId } },
    ],
    logs: [{ level: 'info', message: 'tagged', data: { id: memberId } }],
  })
  t.ok((run.used?.wallMs ?? 0) > 0)
  t.match((await at.admin.get(`/api/v1/members/${memberId}`)).json(), { tags: ['seen'] })
  const audit = await at.tenant.audit()
  t.ok(
    audit.some(({ actorKind }) => actorKind === 'bot'),
    'the trail says it was a bot',
  )
})

t.test(
  '9, 81: what was not granted, does not exist or does not fit comes back as a code and nothing else',
  async (t) => {
    const at = await club()
    const bot = await botAtWork(
      at,
      `const codes = []
     const attempt = async (f) => { try { await f(); codes.push('ok') } catch (e) { codes.push(e.code); ctx.log(e.message) } }
     await attempt(() => ctx.call('members.delete', { memberId: 'x' }))
     await attempt(() => ctx.call('__proto__', {}))
     await attempt(() => ctx.call('x'.repeat(10000), {}))
     await attempt(() => ctx.call('members.get', { memberId: 'no id' }))
     await attempt(() => ctx.call('members.get', { memberId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10' }))
     return { codes }`,
      tagging,
    )
    const run = await bot.run()
    t.same((run.result as { codes: string[] }).codes, ['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'INVALID', 'NOT_FOUND'])
    t.notMatch(JSON.stringify(run.logs), /SELECT|node_modules|\.ts:|\n/)
    const audit = await at.tenant.audit()
    t.ok(
      audit.some(({ action, actorKind }) => action === 'core.access-denied' && actorKind === 'bot'),
      'the attempt is in the trail',
    )
  },
)

t.test('81: a bot does no more than whoever installed it, from the moment he may less', async (t) => {
  const at = await club()
  const memberId = await newMember(at)
  const bot = await botAtWork(at, `await ctx.call('members.addTag', { memberId: '${memberId}', tag: 'x' })`, tagging)
  t.equal((await bot.run()).status, 'ok')
  await at.tenant.unit(async (tx) => {
    await tx.query('UPDATE core.api_token SET revoked_at = now() WHERE tenant_id = $1', [tx.tenantId])
    tx.accessChanged()
  })
  const other = { ...at, admin: await at.tenant.admin() }
  const id = (await other.admin.post('/api/v1/bots/worker/run', {})).json().id
  await platform.settle()
  t.match((await other.admin.get(`/api/v1/bot-runs/${id}`)).json(), {
    status: 'failed',
    ended: 'error',
    error: { code: 'FORBIDDEN' },
  })
})

t.test('81: ids of another organisation lead nowhere, whatever action they are given to', async (t) => {
  const [at, other] = [await club(), await club()]
  const foreign = await newMember(other, { email: 'ada@example.org' })
  const own = await newMember(at)
  const group = (await other.admin.get('/api/v1/groups')).json().items[0].id
  const actions = [
    'members.get',
    'members.addTag',
    'members.delete',
    'groups.addMember',
    'groups.get',
    'email.send',
    'bots.get',
  ]
  const bot = await botAtWork(
    at,
    `const tried = {}
     for (const [action, input] of ${JSON.stringify([
       ['members.get', { memberId: foreign }],
       ['members.addTag', { memberId: foreign, tag: 'x' }],
       ['members.delete', { memberId: foreign }],
       ['groups.addMember', { groupId: group, memberId: own, role: 'member' }],
       ['groups.get', { groupId: group }],
       ['email.send', { memberId: foreign, subject: 'x', text: 'x' }],
       ['email.send', { email: 'ada@example.org', subject: 'x', text: 'x' }],
     ])}) tried[action] = await ctx.call(action, input).then(() => 'done', (e) => e.code + ' ' + e.message)
     return tried`,
    { permissions: { actions } },
  )
  const { result } = (await bot.run()) as { result: Record<string, string> }
  for (const [action, answer] of Object.entries(result)) {
    t.match(answer, /^(NOT_FOUND|INVALID|FORBIDDEN) /, action)
    t.notMatch(answer, /Ada|Lovelace|tenant|organi[sz]ation [0-9a-f]/, 'and nothing is said of it')
  }
  t.same((await other.admin.get(`/api/v1/members/${foreign}`)).json().tags, [])
})

t.test('71: a dry run reads, and changes nothing it could change', async (t) => {
  const at = await club()
  const memberId = await newMember(at)
  const bot = await botAtWork(
    at,
    `const before = await ctx.call('members.get', { memberId: '${memberId}' })
     const after = await ctx.call('members.addTag', { memberId: '${memberId}', tag: 'dry' })
     await ctx.call('members.create', { firstName: 'New', lastName: 'One' })
     await ctx.state.set('k', 1)
     const out = await ctx.fetch('https://api.example.org/x', { method: 'POST', body: 'hello' })
     return { before: before.tags, after: after.tags, k: await ctx.state.get('k'), status: out.status, dry: ctx.run.dryRun }`,
    { permissions: { ...tagging.permissions, hosts: ['api.example.org'] } },
  )
  const events = async () =>
    at.tenant.unit((tx) =>
      tx.query<{ n: number }>('SELECT count(*)::int AS n FROM core.event WHERE tenant_id = $1', [tx.tenantId]),
    )
  const before = await events()
  const run = await bot.run({ dryRun: true })
  t.match(run, { status: 'ok', mode: 'dry', result: { before: [], after: ['dry'], k: 1, status: 204, dry: true } })
  t.same(
    run.calls.map(({ name, outcome }) => [name, outcome]),
    [
      ['members.get', 'done'],
      ['members.addTag', 'wouldDo'],
      ['members.create', 'wouldDo'],
      ['k', 'wouldDo'],
      ['api.example.org', 'wouldDo'],
      ['k', 'done'],
    ],
  )
  t.same((await at.admin.get(`/api/v1/members/${memberId}`)).json().tags, [])
  t.equal((await at.admin.get('/api/v1/members')).json().items.length, 1)
  t.same(await events(), before, 'no event')
  const state = await at.tenant.unit((tx) => tx.query('SELECT 1 FROM bots.state WHERE tenant_id = $1', [tx.tenantId]))
  t.same(state, [], 'no state')
})

t.test('what was there already is not told as done, for real or dry', async (t) => {
  const at = await club()
  const memberId = await newMember(at, { tags: ['here'] })
  const bot = await botAtWork(
    at,
    `const tag = (tag) => ctx.call('members.addTag', { memberId: '${memberId}', tag })
     ctx.log('tagging'); return [await tag('here'), await tag('Here'), await tag('new')].map((m) => m.tags.length)`,
    tagging,
  )
  const told = async (body: object) => {
    const run = await bot.run(body)
    t.match(run.logs, [{ mode: run.mode }])
    return run.calls.map(({ effect, outcome }) => `${effect} ${outcome}`)
  }
  t.same(await told({ dryRun: true }), ['none done', 'none done', 'write wouldDo'])
  t.same(await told({}), ['none done', 'none done', 'write done'])
  t.same(await told({}), ['none done', 'none done', 'none done'])
  const { items } = (await at.admin.get('/api/v1/bots/worker/logs')).json()
  t.same(
    items.map(({ mode }: { mode: string }) => mode),
    ['live', 'live', 'dry'],
  )
})

t.test('70: a replay does the same again out of the journal, and drift is named with nothing done', async (t) => {
  const at = await club()
  const memberId = await newMember(at)
  const bot = await botAtWork(
    at,
    `await ctx.call('members.addTag', { memberId: '${memberId}', tag: 'r' + Math.floor(Math.random() * 1e9) })
     await ctx.state.set('at', Date.now())
     return { at: Date.now() }`,
    tagging,
  )
  const run = await bot.run()
  t.equal(run.status, 'ok')
  const tags = async () => (await at.admin.get(`/api/v1/members/${memberId}`)).json().tags
  const before = await tags()
  const again = (await at.admin.post(`/api/v1/bot-runs/${run.id}/replay`)).json()
  await platform.settle()
  t.match(await bot.trace(again.id), { mode: 'replay', status: 'ok', result: run.result as object, ofRunId: run.id })
  await at.tenant.unit((tx) =>
    tx.query(`UPDATE bots.call SET input_hash = 'other' WHERE tenant_id = $1 AND run_id = $2 AND sequence = 1`, [
      tx.tenantId,
      run.id,
    ]),
  )
  const drifted = (await at.admin.post(`/api/v1/bot-runs/${run.id}/replay`)).json()
  await platform.settle()
  t.match(await bot.trace(drifted.id), { status: 'failed', ended: 'non-deterministic', reason: /Call 1/ })
  t.same(await tags(), before, 'nothing was done')
})
