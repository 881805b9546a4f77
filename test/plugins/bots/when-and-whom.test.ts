import { randomUUID } from 'node:crypto'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { configure, installed, pointersOf } from '../../support/written-bot.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const club = async () => ({ admin: await (await platform.tenant('Club')).admin() })

t.test('triggers are those of the bot, with conditions that can be asked', async (t) => {
  const { admin } = await club()
  const triggers = { events: ['members.created', 'groups.memberAdded'], cron: { default: '0 8 * * *' }, api: {} }
  const made = await installed(admin, { triggers })
  t.match(made.json().settings.triggers, {
    events: { 'members.created': { on: true }, 'groups.memberAdded': { on: true } },
    cron: { on: true, expression: '0 8 * * *' },
    api: true,
    manual: false,
  })
  const one = (field: string, value: unknown, op = 'eq') => ({ and: [{ field, op, value }] })
  const on = (event: string, condition: object) => ({ events: { [event]: { on: true, condition } } })
  for (const [given, pointer] of [
    [{ events: { 'members.deleted': { on: true } } }, '/triggers/events/members.deleted'],
    [
      on('members.created', { member: one('shoeSize', 1) }),
      /^\/triggers\/events\/members\.created\/condition\/member\/and\/0\/field/,
    ],
    [on('members.created', { group: one('name', 'x') }), '/triggers/events/members.created/condition/group'],
    [
      on('groups.memberAdded', { group: one('colour', 'x') }),
      '/triggers/events/groups.memberAdded/condition/group/and/0/field',
    ],
    [
      on('groups.memberAdded', { payload: one('nothing', 'x') }),
      '/triggers/events/groups.memberAdded/condition/payload/and/0/field',
    ],
    [{ cron: { on: true, expression: 'every day' } }, '/triggers/cron/expression'],
    [{ webhook: true }, '/triggers/webhook'],
    [{ manual: true }, '/triggers/manual'],
    [{ action: true }, '/triggers/action'],
  ] as const) {
    const refused = await configure(admin, { triggers: given })
    t.equal(refused.statusCode, 400, `${JSON.stringify(given)}: ${refused.body}`)
    t.match(pointersOf(refused)[0], pointer)
  }
  const condition = { member: one('status', 'active'), group: one('type', 'Team'), payload: one('role', 'chair') }
  const set = await configure(admin, {
    triggers: { ...on('groups.memberAdded', condition), cron: { on: false, expression: '30 7 * * 1-5' }, api: false },
  })
  t.equal(set.statusCode, 200, set.body)
  t.match(set.json().settings.triggers, {
    events: { 'members.created': { on: true }, 'groups.memberAdded': { on: true, condition } },
    cron: { on: false, expression: '30 7 * * 1-5' },
    api: false,
  })
})

t.test('a time its author fixed is not set otherwise', async (t) => {
  const { admin } = await club()
  await installed(admin, { triggers: { cron: { default: '0 8 * * *', configurable: false } } })
  const refused = await configure(admin, { triggers: { cron: { on: true, expression: '0 9 * * *' } } })
  t.same(pointersOf(refused), ['/triggers/cron/expression'])
  t.equal((await configure(admin, { triggers: { cron: { on: false } } })).json().settings.triggers.cron.on, false)
})

t.test('whoever is told must be somebody, and reachable that way', async (t) => {
  const { admin } = await club()
  await installed(admin)
  const told = (failure: object) => configure(admin, { notifications: { failure } })
  for (const [failure, pointer] of [
    [{ roles: ['emperor'], by: ['inbox'] }, '/notifications/failure/roles/0'],
    [{ members: [randomUUID()], by: ['inbox'] }, '/notifications/failure/members/0'],
    [{ by: ['webhook'] }, '/notifications/failure/url'],
    [{ by: ['webhook'], url: 'http://hook.example.org/x' }, '/notifications/failure/url'],
    [{ addresses: ['a@example.org'], by: ['inbox'] }, '/notifications/failure/by'],
  ] as const) {
    const refused = await told(failure)
    t.equal(refused.statusCode, 400, JSON.stringify(failure))
    t.ok(pointersOf(refused).includes(pointer), refused.body)
  }
  const hook = { by: ['webhook'], url: 'https://hook.example.org/x' }
  t.same((await told(hook)).json().settings.notifications, { failure: hook })
  t.same((await configure(admin, { notifications: { failure: null } })).json().settings.notifications, {})
})
