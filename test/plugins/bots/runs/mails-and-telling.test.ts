import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { makeBotsPlugin } from '#plugins/bots/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { botAtWork } from './bot-at-work.ts'
import { smallInternet } from './small-internet.ts'

const posted: { url: string; body: string }[] = []
const internet = await smallInternet(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  posted.push({ url: request.url!, body })
  response.end()
})
internet.names.set('hooks.example.org', ['93.184.215.14'])
const others = bundledPlugins.filter(({ id }) => id !== 'bots')
const platform = await startTestPlatform({ plugins: [...others, makeBotsPlugin({ network: internet })] })
t.teardown(async () => {
  await platform.close()
  await internet.close()
})
const club = async (plugins?: Record<string, object>) => {
  const tenant = await platform.tenant('Club', plugins ? { plugins } : {})
  return { platform, tenant, admin: await tenant.admin() }
}
type Club = Awaited<ReturnType<typeof club>>
const mails = ({ tenant }: Club) =>
  tenant.unit((tx) =>
    tx.query<{ template: string }>('SELECT template FROM email.message WHERE tenant_id = $1', [tx.tenantId]),
  )
const mailing = { permissions: { actions: ['email.send'] } }
const send = (count: string) => `
  const codes = []
  for (let i = 0; i < ${count}; i++) {
    try {
      await ctx.call('email.send', { memberId: event.input.memberId, subject: 'Hello ' + i, text: 'Hi' })
      codes.push('ok')
    } catch (e) { codes.push(e.code); ctx.log(e.message) }
  }
  return { ok: codes.filter((c) => c === 'ok').length, last: codes.at(-1) }`
const triggers = {
  manual: { input: { type: 'object', properties: { memberId: { type: 'string', title: 'Member', maxLength: 36 } } } },
}
const newMember = async ({ admin }: Club): Promise<string> =>
  (await admin.post('/api/v1/members', { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.org' })).json().id

t.test('67: a run sends fifty mails and not one more, and a dry run none', async (t) => {
  const at = await club()
  const memberId = await newMember(at)
  await platform.settle()
  const before = (await mails(at)).length
  const bot = await botAtWork(at, send('51'), { ...mailing, triggers })
  t.match((await bot.run({ input: { memberId }, dryRun: true })).result, { ok: 50, last: 'LIMIT' })
  t.equal((await mails(at)).length, before, 'the outbox is untouched')
  const run = await bot.run({ input: { memberId } })
  t.match(run.result, { ok: 50, last: 'LIMIT' }, JSON.stringify(run.logs[0]))
  t.equal((await mails(at)).length, before + 50)
})

t.test('67: bots of an organisation share its mails of a day', async (t) => {
  const at = await club()
  await at.tenant.enable('bots', { runsAtOnce: 2, mailsADay: 3, keepRunsDays: 30 })
  const memberId = await newMember(at)
  await platform.settle()
  const before = (await mails(at)).length
  const bot = await botAtWork(at, send('2'), { ...mailing, triggers })
  t.match((await bot.run({ input: { memberId } })).result, { ok: 2 })
  t.match((await bot.run({ input: { memberId } })).result, { ok: 1, last: 'LIMIT' })
  t.equal((await mails(at)).length, before + 3)
})

t.test(
  'who is named for failures hears of one by mail, in the inbox and at an address, once; administrators of a stop',
  async (t) => {
    const at = await club()
    const bot = await botAtWork(
      at,
      `throw new Error('out of luck')`,
      {},
      {
        notifications: {
          failure: {
            roles: ['makerspace_admin'],
            addresses: ['board@example.org'],
            by: ['mail', 'inbox', 'webhook'],
            url: 'https://hooks.example.org/x',
          },
        },
      },
    )
    await bot.run()
    const sent = await mails(at)
    t.equal(sent.filter(({ template }) => template === 'bots.run').length, 1)
    t.equal(posted.length, 1)
    t.match(JSON.parse(posted[0]!.body), { kind: 'bots.failed', bot: 'worker', text: /out of luck/ })
    for (let n = 0; n < 4; n++) await bot.run()
    t.match((await at.admin.get('/api/v1/bots/worker')).json(), { enabled: false, stopped: { failures: 5 } })
    t.match(posted.map(({ body }) => JSON.parse(body).kind).at(-1), /bots\.(stopped|failed)/)
    const stop = posted.map(({ body }) => JSON.parse(body)).find(({ kind }) => kind === 'bots.stopped')
    t.match(stop, { text: /^5 failed runs in a row. The last one: .*out of luck/, runId: String })
  },
)

t.test('a mail that had been sent is not told as sent, and costs nothing of the day', async (t) => {
  const at = await club()
  await at.tenant.enable('bots', { runsAtOnce: 2, mailsADay: 2, keepRunsDays: 30 })
  const memberId = await newMember(at)
  const mail = `{ memberId: '${memberId}', subject: 'Hello', text: 'Hi', key: 'once' }`
  const bot = await botAtWork(
    at,
    `for (let i = 0; i < 3; i++) await ctx.call('email.send', ${mail}); return { summary: 'sent \\u001b[31mred' }`,
    mailing,
    {
      notifications: {
        success: { addresses: ['board@example.org'], by: ['webhook'], url: 'https://hooks.example.org/x' },
      },
    },
  )
  const told = ({ calls }: Awaited<ReturnType<typeof bot.run>>) => calls.map(({ effect, outcome }) => [effect, outcome])
  const none = ['none', 'done']
  posted.length = 0
  const run = await bot.run()
  t.same(told(run), [['write', 'done'], none, none])
  t.equal(run.summary, 'sent red')
  t.match(JSON.parse(posted[0]?.body ?? '{}'), { text: 'sent red' })
  t.same(told(await bot.run({ dryRun: true })), [none, none, none], 'a dry run would do none of it')
  t.same((await at.admin.get('/api/v1/bots/worker/statistics')).json().effects, { 'email.send': 1 })
})

t.test('a German organisation is told in German, as far as the words are ours', async (t) => {
  const at = await club()
  t.equal((await at.admin.put('/api/v1/organizations/current', { languages: ['de', 'en'] })).statusCode, 200)
  const told = { addresses: ['board@example.org'], by: ['mail', 'webhook'], url: 'https://hooks.example.org/x' }
  const translations = { de: { Greeter: 'Begrüßer' } }
  const notifications = { failure: told, digest: { ...told, every: 'day' } }
  const bot = await botAtWork(at, `throw new Error('out of luck')`, { translations }, { notifications })
  posted.length = 0
  for (let n = 0; n < 5; n++) await bot.run()
  await platform.advance(26 * 3_600_000)
  await platform.settle()
  const news = posted.map(({ body }) => JSON.parse(body) as { kind: string; title: string; text: string })
  const of = (kind: string) => news.find((one) => one.kind === kind)
  t.match(of('bots.failed'), {
    title: 'Begrüßer ist gescheitert',
    text: /^Der Bot ist gescheitert: out of luck \(Zeile/,
  })
  t.match(of('bots.stopped'), {
    title: 'Begrüßer wurde ausgeschaltet',
    text: /^5 fehlgeschlagene Läufe in Folge\. Der letzte: Der Bot ist gescheitert: out of luck/,
  })
  t.match(of('bots.digest'), {
    title: 'Begrüßer: der letzte Tag',
    text: 'Läufe: 5, ohne Fehler: 0, fehlgeschlagen: 5. Er ist ausgeschaltet.',
  })
})

t.test('a digest says once a day what a bot did', async (t) => {
  const at = await club()
  const bot = await botAtWork(
    at,
    'return {}',
    {},
    {
      notifications: { digest: { addresses: ['board@example.org'], by: ['mail'], every: 'day' } },
    },
  )
  await bot.run()
  await bot.run()
  await platform.advance(26 * 3_600_000)
  await platform.settle()
  const rows = (await mails(at)).filter(({ template }) => template === 'bots.digest')
  t.equal(rows.length, 1)
})

t.test('without e-mail bots run all the same', async (t) => {
  const at = await club({ members: {}, groups: {}, bots: {} })
  const bot = await botAtWork(at, `throw new Error('x')`)
  t.equal((await bot.run()).status, 'failed')
})
