import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { makeBotsPlugin } from '#plugins/bots/index.ts'
import { refuseRuns } from '#plugins/bots/runs/life/finish.ts'
import { requireRun } from '#plugins/bots/runs/stored.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { botAtWork } from './bot-at-work.ts'
import { smallInternet } from './small-internet.ts'

let up = true
const internet = await smallInternet((request, response) => {
  if (up) response.end(`key ${String(request.headers['idempotency-key'])}`)
  else request.socket.destroy()
})
internet.names.set('api.example.org', ['93.184.215.14'])
const others = bundledPlugins.filter(({ id }) => id !== 'bots')
const platform = await startTestPlatform({ plugins: [...others, makeBotsPlugin({ network: internet })] })
t.teardown(async () => {
  await platform.close()
  await internet.close()
})
const club = async () => {
  const tenant = await platform.tenant('Club')
  return { platform, tenant, admin: await tenant.admin() }
}
type Club = Awaited<ReturnType<typeof club>>
const newMember = async ({ admin }: Club): Promise<string> =>
  (await admin.post('/api/v1/members', { firstName: 'Ada', lastName: 'Lovelace' })).json().id
const second = 1000
/** Retries wait by the database's clock in the queue: they are called by hand here. */
const callAgain = async ({ tenant }: Club, runId: string, ms: number) => {
  platform.clock.advance(ms)
  await tenant.unit((tx) => tx.enqueue('bots.run', { runId }, { key: `again:${runId}:${ms}` }))
  await platform.settle()
}

t.test('69: a passing fault is tried again with longer waits, nothing is done twice, and the key stays', async (t) => {
  const at = await club()
  const memberId = await newMember(at)
  const bot = await botAtWork(
    at,
    `await ctx.call('members.logActivity', { memberId: '${memberId}', kind: 'touched', detail: { on: ctx.tenant.today } })
     const first = await ctx.fetch('https://api.example.org/')
     return { first: first.body, at: Date.now(), n: Math.random() }`,
    { permissions: { actions: ['members.logActivity'], hosts: ['api.example.org'] } },
  )
  up = false
  const id = await bot.start()
  await platform.settle()
  t.match(await bot.trace(id), {
    status: 'retrying',
    attempt: 1,
    error: { code: 'UNAVAILABLE' },
    reason: /next attempt/,
  })
  await callAgain(at, id, 31 * second)
  t.match(await bot.trace(id), { status: 'retrying', attempt: 2 })
  up = true
  await callAgain(at, id, 86_400 * second)
  const run = await bot.trace(id)
  t.match(run, { status: 'ok', attempt: 3, result: { first: `key ${id}:1` } }, 'its day is the one it began on')
  t.equal(run.calls.length, 2)
  const touched = await at.tenant.unit((tx) =>
    tx.query(`SELECT 1 FROM members.activity WHERE tenant_id = $1 AND kind = 'touched'`, [tx.tenantId]),
  )
  t.equal(touched.length, 1, 'written once in three attempts')
})

t.test('75: a bot that throws goes to the failed inbox at once, and five in a row switch it off', async (t) => {
  const at = await club()
  const bot = await botAtWork(at, `throw new Error('no luck \\u001b[31m')`, {
    triggers: { manual: {}, cron: { default: '0 8 * * *' } },
  })
  const schedules = () =>
    at.tenant.unit((tx) =>
      tx.query(`SELECT 1 FROM core.schedule WHERE tenant_id = $1 AND job = 'bots.tick'`, [tx.tenantId]),
    )
  t.equal((await schedules()).length, 1)
  for (let n = 1; n <= 5; n++) {
    const run = await bot.run()
    t.match(run, { status: 'failed', ended: 'error', attempt: 1, reason: /no luck/ })
    t.notMatch(JSON.stringify(run), /\\u001b/, 'nothing that a terminal takes for a command')
  }
  const shown = (await at.admin.get('/api/v1/bots/worker')).json()
  const [last] = (await at.admin.get('/api/v1/bots/worker/runs?limit=1')).json().items
  t.match(shown, {
    enabled: false,
    stopped: { failures: 5, runId: last.id, ended: 'error', reason: /5 failed .* no luck/ },
  })
  t.equal((await schedules()).length, 0, 'its time is no longer waited for')
  t.match((await at.admin.post('/api/v1/bots/worker/run', {})).json(), {
    status: 409,
    detail: /switched off: 5 failed .* no luck/,
  })
  const inbox = (await at.admin.get('/api/v1/bot-runs?status=failed')).json()
  t.equal(inbox.items.length, 5)
  const events = await at.tenant.unit((tx) =>
    tx.query<{ name: string }>(
      `SELECT name FROM core.event WHERE tenant_id = $1 AND name IN ('bots.runFailed', 'bots.stopped')`,
      [tx.tenantId],
    ),
  )
  t.equal(events.filter(({ name }) => name === 'bots.runFailed').length, 5)
  t.equal(events.filter(({ name }) => name === 'bots.stopped').length, 1)

  const [one, two] = inbox.items
  t.equal((await at.admin.post(`/api/v1/bot-runs/${one.id}/discard`)).statusCode, 200)
  t.equal((await at.admin.get('/api/v1/bot-runs?status=failed')).json().items.length, 4)
  t.equal((await at.admin.post(`/api/v1/bot-runs/${one.id}/discard`)).statusCode, 409)
  t.equal((await at.admin.post('/api/v1/bots/worker/enable')).statusCode, 200)
  const again = (await at.admin.post(`/api/v1/bot-runs/${two.id}/rerun`)).json()
  await platform.settle()
  t.match(await bot.trace(again.id), { ofRunId: two.id, status: 'failed' })
  t.match(await bot.trace(two.id), { status: 'discarded' })
  t.notMatch(JSON.stringify((await at.admin.get('/api/v1/bots/worker/logs')).json()), '\u001b')
})

t.test('computing, waiting and memory end a run once more, then it fails with the limit that was hit', async (t) => {
  const at = await club()
  // Each with the one limit it is to hit: how long it takes to compute 60 ms is the machine's affair.
  const bot = await botAtWork(at, 'for (;;);', {
    triggers: {
      manual: { input: { type: 'object', properties: { how: { type: 'string', title: 'How', maxLength: 10 } } } },
    },
    limits: { cpuMs: 60 },
  })
  const waiter = await botAtWork(at, 'await new Promise(() => {})', { id: 'waiter', limits: { wallMs: 400 } })
  const eater = await botAtWork(at, `return 'a,'.repeat(2 ** 22).split(',').length`, {
    id: 'eater',
    limits: { heapMb: 16 },
  })
  for (const [one, ended, sentence, limits] of [
    [bot, 'cpu', /60 ms \(\d+ ms\)/, { cpuMs: 60 }],
    [waiter, 'timeout', /400 ms/, { wallMs: 400 }],
    [eater, 'memory', /16 MB \(\d+ MB\)/, { heapMb: 16 }],
  ] as const) {
    const id = await one.start()
    await platform.settle()
    t.match(await one.trace(id), { status: 'retrying', ended, attempt: 1 })
    await callAgain(at, id, 31 * second)
    t.match(await one.trace(id), { status: 'failed', ended, attempt: 2, reason: sentence, limits })
  }
  t.equal((await at.admin.post('/api/v1/bots/worker/run', { input: { how: 5 } })).statusCode, 400)
  t.match((await at.admin.post('/api/v1/bots/worker/run', { input: { what: 'x' } })).json(), {
    errors: [{ pointer: /^\/input/ }],
  })
  const figures = (await at.admin.get('/api/v1/bots/worker/statistics')).json()
  t.match(figures, { runs: { total: 1, failed: 1 }, successRate: 0, retries: 1, ended: { cpu: 1 } })
})

t.test('70: a retry keeps version and settings it began with; one that asks something else does nothing', async (t) => {
  const at = await club()
  const memberId = await newMember(at)
  const spec = { permissions: { actions: ['members.addTag'], hosts: ['api.example.org'] } }
  const bot = await botAtWork(
    at,
    `await ctx.call('members.addTag', { memberId: '${memberId}', tag: ctx.config.greeting })
     await ctx.fetch('https://api.example.org/')
     return { greeting: ctx.config.greeting }`,
    spec,
    { config: { greeting: 'first' } },
  )
  up = false
  const id = await bot.start()
  await platform.settle()
  up = true
  t.equal((await at.admin.post('/api/v1/bots/worker/configure', { config: { greeting: 'second' } })).statusCode, 200)
  await callAgain(at, id, 31 * second)
  t.match(await bot.trace(id), { status: 'ok', result: { greeting: 'first' } })
  t.same((await at.admin.get(`/api/v1/members/${memberId}`)).json().tags, ['first'])

  up = false
  const other = await bot.start()
  await platform.settle()
  up = true
  await at.tenant.unit((tx) =>
    tx.query(`UPDATE bots.call SET input_hash = 'x' WHERE tenant_id = $1 AND run_id = $2 AND sequence = 0`, [
      tx.tenantId,
      other,
    ]),
  )
  await callAgain(at, other, 31 * second)
  t.match(await bot.trace(other), { status: 'failed', ended: 'non-deterministic' })
  t.equal((await at.admin.post(`/api/v1/bot-runs/${other}/retry`)).statusCode, 409)
})

t.test('what is switched off, cancelled or no longer agreed to does not run', async (t) => {
  const at = await club()
  const bot = await botAtWork(at, 'return {}', { permissions: { actions: ['members.get'] } })
  const off = await bot.start()
  await at.admin.post('/api/v1/bots/worker/disable')
  await platform.settle()
  t.match(await bot.trace(off), { status: 'failed', ended: 'denied', reason: /switched off/ })
  t.match(await bot.run({ dryRun: true }), { status: 'ok', mode: 'dry' }, 'a dry run may try it')
  await at.admin.post('/api/v1/bots/worker/enable')
  const cancelled = await bot.start()
  t.equal((await at.admin.post(`/api/v1/bot-runs/${cancelled}/cancel`)).statusCode, 200)
  await platform.settle()
  t.match(await bot.trace(cancelled), { status: 'cancelled', attempt: 0 })
  await at.tenant.unit((tx) =>
    tx.query(
      `UPDATE bots.installation SET consent = '{"actions":[],"hosts":[],"at":"2026-01-01T00:00:00Z"}' WHERE tenant_id = $1`,
      [tx.tenantId],
    ),
  )
  t.match(await bot.run(), { status: 'failed', ended: 'denied', reason: /members\.get/ })
  t.match((await at.admin.get('/api/v1/bots/worker')).json(), { enabled: true }, "that is nobody's failure")
})

t.test('what waits for a bot that was switched off is refused in one go, however much it is', async (t) => {
  const at = await club()
  const bot = await botAtWork(at, 'return {}')
  const [first, another] = [await bot.start(), await bot.start()]
  const trial = await bot.start({ dryRun: true })
  const refused = await at.tenant.unit(async (tx) => {
    await refuseRuns(tx, await requireRun(tx, first), 'The bot is switched off')
    return tx.query('SELECT run_id AS id, message FROM bots.log WHERE tenant_id = $1', [tx.tenantId])
  })
  for (const id of [first, another]) t.match(await bot.trace(id), { status: 'failed', ended: 'denied' })
  t.same(
    refused.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1)),
    [first, another].map((id) => ({ id, message: 'The bot is switched off' })),
    'each has it in its log',
  )
  t.match(await bot.trace(trial), { status: 'queued' }, 'what waits for another reason is left alone')
  await platform.settle()
  t.match(await bot.trace(trial), { status: 'ok' })
})

t.test('72: a run of a lost node is called again by whoever sweeps, and goes on where the journal ends', async (t) => {
  const at = await club()
  const memberId = await newMember(at)
  const bot = await botAtWork(
    at,
    `for (const tag of ['a', 'b', 'c']) await ctx.call('members.addTag', { memberId: '${memberId}', tag })`,
    { permissions: { actions: ['members.addTag'] } },
  )
  const id = await bot.start()
  await at.tenant.unit((tx) =>
    tx.query(
      `UPDATE bots.run SET status = 'running', attempt = 1, started_at = $3, lease_until = $3 WHERE tenant_id = $1 AND id = $2`,
      [tx.tenantId, id, new Date(platform.clock.now().getTime() + 60_000)],
    ),
  )
  await platform.settle()
  t.match(await bot.trace(id), { status: 'running', attempt: 1 }, 'left alone while it may be alive')
  await platform.advance(11 * 60 * second)
  await at.tenant.unit((tx) => tx.enqueue('bots.sweep', {}))
  await platform.settle()
  t.match(await bot.trace(id), { status: 'ok', attempt: 2 })
})

t.test('73: a place is free for one run after another: those who wait say why, and are called', async (t) => {
  const at = await club()
  const bot = await botAtWork(at, 'return {}')
  const first = await bot.start()
  const second = await bot.start()
  const third = await bot.start()
  const lease = new Date(platform.clock.now().getTime() + 60_000)
  await at.tenant.unit((tx) =>
    tx.query(
      `UPDATE bots.run SET status = 'running', attempt = 1, lease_until = $3 WHERE tenant_id = $1 AND id = ANY($2::uuid[])`,
      [tx.tenantId, [first, second], lease],
    ),
  )
  await platform.settle()
  t.match(await bot.trace(third), { status: 'queued', reason: /2 runs .* under way/ })
  await at.admin.post(`/api/v1/bot-runs/${first}/cancel`)
  await platform.settle()
  t.match(await bot.trace(third), { status: 'ok', reason: null })
})

t.test('runs and their logs are forgotten after the days the organisation keeps them', async (t) => {
  const at = await club()
  const bot = await botAtWork(at, 'ctx.log("x"); await ctx.state.set("k", 1, { ttlSeconds: 60 })')
  const run = await bot.run()
  t.equal(run.status, 'ok')
  platform.clock.advance(31 * 86_400 * second)
  await at.tenant.unit((tx) => tx.enqueue('bots.clean', {}))
  await platform.settle()
  t.equal((await at.admin.get(`/api/v1/bot-runs/${run.id}`)).statusCode, 404)
  for (const table of ['run', 'call', 'log', 'state'])
    t.same(
      await at.tenant.unit((tx) => tx.query(`SELECT 1 FROM bots.${table} WHERE tenant_id = $1`, [tx.tenantId])),
      [],
      table,
    )
})
