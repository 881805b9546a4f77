import { type BotCallError, type BotContext, type BotDefinition, defineBot } from '@guildhall/sdk'
import { aGroup, aMember, anId, aSeat, botCallError, runBot } from '@guildhall/sdk/testing'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import t from 'tap'
import { Group } from '#plugins/groups/group-schema.ts'
import { Seat } from '#plugins/groups/seat-schema.ts'
import { Member } from '#plugins/members/member-schema.ts'

const greeter = defineBot({
  id: 'greeter',
  version: '1.0.0',
  title: 'Greeter',
  description: 'Greets whoever joins.',
  config: {
    schema: {
      type: 'object',
      required: ['greeting', 'host'],
      properties: {
        greeting: { type: 'string', maxLength: 40, default: 'Hello' },
        host: { type: 'string', format: 'httpHost', default: 'chat.example.org' },
        token: { type: 'string', format: 'secret' },
      },
    },
  },
  triggers: {
    events: ['members.created'],
    cron: { default: '0 9 * * *' },
    manual: { input: { type: 'object', required: ['n'], properties: { n: { type: 'integer', default: 2 } } } },
  },
  permissions: { actions: ['members.get', 'members.addTag'] },
  limits: { actions: 3 },
  async run(ctx, event) {
    const { config } = ctx
    if (event.trigger === 'manual') return { summary: `${event.input.n}`, at: new Date(), now: Date.now() }
    if (event.trigger === 'cron') {
      await ctx.state.set('seen', [...(((await ctx.state.get('seen')) as string[] | null) ?? []), event.scheduledFor])
      return { summary: ctx.tenant.today, keys: await ctx.state.keys('s') }
    }
    if (event.trigger !== 'event') return undefined
    const member = await ctx.call('members.get', { memberId: event.payload.memberId })
    try {
      await ctx.call('members.addTag', { memberId: member.id, tag: 'greeted' })
    } catch (error) {
      ctx.log('not tagged', { code: (error as BotCallError).code })
    }
    await ctx.fetch(`https://${config.host}/say`, {
      method: 'post',
      headers: { authorization: `Bearer ${ctx.secrets.token}` },
      body: `${config.greeting}, ${member.displayName}`,
    })
    return { summary: 'greeted' }
  },
})
const joined = {
  trigger: 'event',
  name: 'members.created',
  payload: { memberId: anId(1), sendWelcome: true },
} as const
/** A definition with another `run`, as somebody would write it who gets around the types. */
const otherwise = (run: (ctx: never, event: never) => unknown, more: object = {}): BotDefinition =>
  ({ ...greeter, spec: { ...greeter.spec, ...more, run } }) as unknown as BotDefinition

t.test('a run gives back what the bot did, and nothing goes out', async (t) => {
  const run = await runBot(greeter, {
    event: joined,
    config: { token: 'very secret' },
    actions: {
      'members.get': ({ memberId }) => aMember({ id: memberId }),
      'members.addTag': () => {
        throw botCallError('CONFLICT', 'There already')
      },
    },
    fetches: { 'https://chat.example.org/*': { status: 201 } },
  })
  t.match(run, { status: 'ok', summary: 'greeted', error: null })
  t.match(run.calls, [
    { action: 'members.get', input: { memberId: anId(1) }, output: { displayName: 'Maria Velázquez' } },
    { action: 'members.addTag', error: { code: 'CONFLICT' } },
  ])
  t.same(run.logs, [{ message: 'not tagged', data: { code: 'CONFLICT' } }])
  t.match(run.fetches, [
    { method: 'POST', body: 'Hello, Maria Velázquez', headers: { authorization: 'Bearer secret:token' } },
  ])
})

t.test('the clock stands where the test puts it, and state goes from run to run', async (t) => {
  const now = '2026-03-29T23:30:00.000Z'
  const [first, other] = await Promise.all([runBot(greeter, { now }), runBot(greeter)])
  t.match(first, { summary: '2026-03-30', state: { seen: [now] }, result: { keys: ['seen'] } })
  t.match(other, { summary: '2026-01-15' })
  const second = await runBot(greeter, { now, state: first.state, dryRun: true })
  t.same(second.state, first.state, 'a dry run leaves the state alone')
  const byHand = await runBot(greeter, { now, event: { trigger: 'manual' } })
  t.match(byHand.result, { summary: '2', at: now, now: Date.parse(now) })
  t.not(new Date().toISOString(), now, 'outside the clock goes on')
})

type State = BotContext<unknown, never>['state']

t.test('the state has the limits of the platform', async (t) => {
  const keeping = (work: (state: State) => Promise<unknown>) =>
    runBot(
      defineBot({
        id: 'keeper',
        version: '1.0.0',
        title: 'Keeper',
        description: 'Keeps things.',
        config: { schema: { type: 'object' } },
        triggers: { cron: { default: '0 9 * * *' } },
        permissions: { actions: [] },
        run: async (ctx) => void (await work(ctx.state)),
      }),
    )
  const year = 366 * 86_400
  t.match(await keeping((state) => state.set('k', 1, { ttlSeconds: year })), { status: 'ok', state: { k: 1 } })
  t.match(await keeping((state) => state.set('k', 1, { ttlSeconds: year + 1 })), { error: { code: 'INVALID' } })
  t.match(await keeping((state) => state.get('')), { error: { code: 'INVALID' } })
  t.match(await keeping((state) => state.delete('k'.repeat(129))), { error: { code: 'LIMIT' } })
  const full = async (state: State) => {
    for (let n = 0; n < 17; n++) await state.set(`k${n}`, 'v'.repeat(65_000))
  }
  t.match(await keeping(full), { error: { code: 'LIMIT', message: /All values together/ } })
  const often = async (state: State) => {
    for (let n = 0; n < 201; n++) await state.keys()
  }
  t.match(await keeping(often), { error: { code: 'LIMIT', message: /200 times/ } })
})

t.test('what the platform would refuse before a run, the test kit refuses', async (t) => {
  await t.rejects(
    runBot(greeter, { config: { greeting: 7 } }),
    /configuration does not fit:\n {2}\/greeting: Enter a text/,
  )
  await t.rejects(runBot(greeter, { config: { greting: 'x' } }), /no such field/)
  await t.rejects(runBot(greeter, { event: { trigger: 'api' } }), /no triggers.api/)
  await t.rejects(runBot(greeter, { event: { trigger: 'manual', input: { n: 'x' } } }), /The input does not fit: \/n/)
  await t.rejects(runBot(greeter, { event: { ...joined, name: 'members.updated' } as never }), /does not listen/)
  await t.rejects(runBot(otherwise(() => 1, { version: 'one' })), /would be refused:\n {2}\/version/)
})

t.test('a call without an answer fails the test, even when the bot swallows it', async (t) => {
  await t.rejects(
    runBot(greeter, { event: joined }),
    /The bot calls "members.get". Say in the test what it answers, or in fixtures/,
  )
  const swallowing = otherwise(async (ctx: { fetch(url: string): Promise<unknown> }) => {
    await ctx.fetch('https://chat.example.org/').catch(() => {})
  })
  await t.rejects(runBot(swallowing), /Say in the test what answers, or in fixtures/)
  await t.rejects(runBot(greeter, { actions: { 'groups.get': aGroup() } }), /does not ask for it/)
})

t.test('a bot is refused what it may not, with the code the platform gives', async (t) => {
  type Ctx = { call(action: string, input: unknown): Promise<unknown>; fetch(url: string): Promise<unknown> }
  const codeOf = async (run: (ctx: Ctx) => unknown) =>
    (await runBot(otherwise(run), { actions: { 'members.get': aMember() } })).error?.code
  t.equal(await codeOf((ctx) => ctx.call('members.delete', {})), 'FORBIDDEN')
  t.equal(await codeOf((ctx) => ctx.fetch('https://evil.example.org/')), 'FORBIDDEN')
  t.equal(await codeOf((ctx) => ctx.fetch('http://chat.example.org/')), 'FORBIDDEN')
  t.equal(
    await codeOf(async (ctx) => {
      for (let i = 0; i < 4; i++) await ctx.call('members.get', { memberId: anId() })
    }),
    'LIMIT',
    'the limit that the bot set itself',
  )
  const thrown = await runBot(
    otherwise(() => {
      throw new TypeError('no')
    }),
  )
  t.match(thrown, { status: 'error', error: { name: 'TypeError', message: 'no' }, result: null })
  const changing = await runBot(otherwise((ctx: { config: object }) => void Object.assign(ctx.config, { host: 'x' })))
  t.match(changing.error, { name: 'TypeError' }, 'the configuration cannot be changed')
})

t.test('fixtures are what the actions answer', async (t) => {
  const ajv = formats.default(new Ajv2020({ strict: false }))
  for (const [schema, value] of [
    [Member, aMember()],
    [Group, aGroup()],
    [Seat, aSeat()],
  ] as const) {
    t.ok(ajv.validate(schema, value), ajv.errorsText())
    t.same(Object.keys(value).sort(), Object.keys(schema.properties).sort())
  }
})
