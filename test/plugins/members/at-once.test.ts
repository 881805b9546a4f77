import { isNothingDone, type Tx } from '@guildhall/sdk'
import t from 'tap'
import { systemAccess } from '#core/permissions/access.ts'
import { createContext } from '#core/plugin-host/index.ts'
import { startTestPlatform, type TestTenant } from '#core/testing/index.ts'
import type { MembersContext } from '#plugins/members/context.ts'
import { membersPlugin } from '#plugins/members/index.ts'
import type { MembersService } from '#plugins/members/refs.ts'
import { membersServiceFor } from '#plugins/members/service/index.ts'
import { actingBot } from '../../support/acting-bot.ts'
import { meanwhile } from '../../support/meanwhile.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin], now: new Date('2026-03-10T12:00:00Z') })
t.teardown(() => platform.close())

async function contextOf(club: TestTenant): Promise<MembersContext> {
  const { host, enablement, context, log } = platform.runtime
  return createContext(context, {
    plugin: host.plugin('members')!,
    tenantId: club.id,
    actor: { kind: 'system', reason: 'test' },
    enablement: await enablement.of(club.id),
    access: systemAccess,
    signal: new AbortController().signal,
    log,
    scope: {},
    reading: false,
  }) as unknown as MembersContext
}
const serviceOf = async (club: TestTenant): Promise<MembersService> => membersServiceFor(await contextOf(club))

t.test('of two who take one e-mail address at once, one gets it and the other is told', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const answers = await Promise.all(
    [1, 2, 3, 4].map((i) => admin.post('/api/v1/members', { lastName: `N${i}`, email: 'one@example.org' })),
  )
  t.same(
    answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [201, 409, 409, 409],
  )
  t.equal((await admin.get('/api/v1/members?total=true')).json().page.total, 1)
})

t.test('of two who change what they read at once, one has to read again', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { id } = (await admin.post('/api/v1/members', { lastName: 'A' })).json()
  const answers = await Promise.all(
    ['x', 'y', 'z'].map((notes) => admin.patch(`/api/v1/members/${id}`, { notes }, { 'if-match': '"v1"' })),
  )
  t.same(
    answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [200, 412, 412],
  )
  const free = await Promise.all(['a', 'b', 'c'].map((tag) => admin.patch(`/api/v1/members/${id}`, { tags: [tag] })))
  t.same(
    free.map(({ statusCode }) => statusCode),
    [200, 200, 200],
  )
  const { tags, version } = (await admin.get(`/api/v1/members/${id}`)).json()
  t.equal(version, 5)
  for (const tag of ['a', 'b', 'c'])
    t.equal((await admin.get(`/api/v1/members?tag=${tag}`)).json().items.length, tags.includes(tag) ? 1 : 0, tag)
})

type Seen = { 'if-match': string }
t.test('what is changed in the meantime is not deleted, suspended or linked unread', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const change = (table: string, id: string) => (tx: Tx) =>
    tx.query(`UPDATE members.${table} SET version = version + 1 WHERE tenant_id = $1 AND id = $2`, [tx.tenantId, id])
  const { id } = (await admin.post('/api/v1/members', { lastName: 'A' })).json()
  const at = `/api/v1/members/${id}`
  const read = async (url: string): Promise<Seen> => ({ 'if-match': `"v${(await admin.get(url)).json().version}"` })
  for (const ask of [
    (seen: Seen) => admin.post(`${at}/suspend`, { reason: 'Fees' }, seen),
    (seen: Seen) => admin.post(`${at}/reactivate`, undefined, seen),
    (seen: Seen) => admin.put(`${at}/user`, { userId: id }, seen),
    (seen: Seen) => admin.delete(at, seen),
  ]) {
    const seen = await read(at)
    t.equal((await meanwhile(club, change('member', id), () => ask(seen))).statusCode, 412)
  }
  const field = (await admin.post('/api/v1/custom-fields', { key: 'size', title: 'Size', type: 'text' })).json()
  const fieldAt = `/api/v1/custom-fields/${field.id}`
  const house = (await admin.post('/api/v1/households', { name: 'House' })).json()
  const houseAt = `/api/v1/households/${house.id}`
  for (const [table, one, url, body] of [
    ['custom_field', field.id, fieldAt, { title: 'Shirt' }],
    ['household', house.id, houseAt, { name: 'Home' }],
  ] as const) {
    for (const ask of [(seen: Seen) => admin.patch(url, body, seen), (seen: Seen) => admin.delete(url, seen)]) {
      const seen = await read(url)
      t.equal((await meanwhile(club, change(table, one), () => ask(seen))).statusCode, 412, url)
    }
  }
  const describe = (tx: Tx) =>
    tx.query("UPDATE members.custom_field SET description = 'Help' WHERE tenant_id = $1 AND id = $2", [
      tx.tenantId,
      field.id,
    ])
  await meanwhile(club, describe, () => admin.patch(fieldAt, { title: 'Shirt' }))
  t.match((await admin.get(fieldAt)).json(), { title: 'Shirt', description: 'Help' }, 'nothing is written over')
})

t.test('a thousand are written and changed in a few statements', async (t) => {
  const club = await platform.tenant('Club')
  const members = await serviceOf(club)
  const inputs = Array.from({ length: 1000 }, (_, i) => ({
    lastName: `Many ${i}`,
    email: `many${i}@example.org`,
    tags: ['bulk'],
    joinedOn: null,
    externalIds: [{ system: 'register', value: `${i}` }],
  }))
  let statements = 0
  const counted = <R>(fn: (tx: Parameters<typeof members.create>[0]) => Promise<R>) =>
    club.unit((tx) =>
      fn({
        ...tx,
        query: (sql, bind) => {
          statements++
          return tx.query(sql, bind)
        },
      }),
    )
  const ids = await counted((tx) =>
    members.createMany(tx, inputs, { events: false, activity: 'imported', detail: { planId: 'p' } }),
  )
  t.equal(ids.length, 1000)
  t.ok(statements <= 3, `${statements} statements`)

  statements = 0
  const changed = await counted((tx) =>
    members.updateMany(
      tx,
      ids.map((id, i) => ({ id, patch: { tags: i % 2 ? ['bulk'] : ['odd'] } })),
      { events: false },
    ),
  )
  t.equal(changed.length, 500, 'only those that differ')
  t.ok(statements <= 5, `${statements} statements`)
  await club.unit(async (tx) => {
    t.equal(
      (
        await members.findByExternalId(tx, [
          { system: 'register', value: '7' },
          { system: 'other', value: '7' },
        ])
      ).get('register\n7'),
      ids[7],
    )
    t.equal(
      (await members.findByEmail(tx, ['MANY9@example.org', 'nobody@example.org'])).get('MANY9@example.org'),
      ids[9],
    )
    const found = await members.findDuplicates(tx, [
      { key: 'row', displayName: 'x', email: 'many3@example.org' },
      { key: 'none', lastName: 'Nobody' },
    ])
    t.match(found, [{ key: 'row', memberId: ids[3], score: 100, reasons: ['email'] }])
    const filter = { field: 'tag', op: 'has', value: 'odd' }
    const first = await members.select(tx, { filter, permission: 'members.read', limit: 300 })
    const rest = await members.select(tx, { filter, permission: 'members.read', limit: 300, after: first.at(-1)! })
    t.equal(new Set([...first, ...rest]).size, 500)
  })
})

t.test('tags that two give at once both stay, given by a bot or to many', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { id } = (await admin.post('/api/v1/members', { lastName: 'Bot' })).json()
  const [act, members] = [await actingBot(club), await serviceOf(club)]
  const give = (tag: string) => async (tx: Tx) => {
    const { tags } = await members.get(tx, id)
    await members.update(tx, { id, patch: { tags: [...tags, tag] } })
  }
  const parameters = { add: ['many'] }
  await meanwhile(club, give('one'), () => act('members.addTag', { memberId: id, tag: 'bot' }))
  await meanwhile(club, give('two'), () =>
    admin.post('/api/v1/members/bulk-operations', { operation: 'tag', ids: [id], parameters, apply: true }),
  )
  t.same((await admin.get(`/api/v1/members/${id}`)).json().tags.toSorted(), ['bot', 'many', 'one', 'two'])
})

t.test('bots tag, log and suspend through actions', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { id } = (await admin.post('/api/v1/members', { firstName: 'Bo', lastName: 'Bot', tags: ['New'] })).json()
  const ctx = await contextOf(club)
  const call = async (action: string, input: object) => {
    const known = platform.runtime.host.actions.get(action)!
    const outcome = await club.unit((tx) => known.action.run(ctx as never, tx, input))
    return (isNothingDone(outcome) ? outcome.answer : outcome) as Record<string, unknown>
  }
  t.same((await call('members.addTag', { memberId: id, tag: 'VIP' })).tags, ['New', 'VIP'])
  t.same((await call('members.addTag', { memberId: id, tag: 'vip' })).tags, ['New', 'VIP'], 'one tag, whatever case')
  t.same((await call('members.removeTag', { memberId: id, tag: 'new' })).tags, ['VIP'])
  await call('members.logActivity', { memberId: id, kind: 'doorOpened', detail: { door: 'main' } })
  t.equal((await call('members.suspend', { memberId: id, reason: 'test' })).status, 'suspended')
  t.equal((await call('members.reactivate', { memberId: id })).status, 'active')
  t.equal((await call('members.get', { memberId: id })).displayName, 'Bo Bot')
  const listed = await call('members.list', { filter: { field: 'tag', op: 'has', value: 'vip' }, search: 'bot' })
  t.equal((listed.items as unknown[]).length, 1)
  t.match(await call('members.findDuplicates', { firstName: 'Bo', lastName: 'Bot' }), {
    items: [{ memberId: id, score: 60 }],
  })
  const log = (await admin.get(`/api/v1/members/${id}/activities?kind=doorOpened`)).json().items
  t.match(log, [{ byMember: true, detail: { door: 'main' } }])
  await call('members.delete', { memberId: id })
  const gone = await call('members.get', { memberId: id }).catch((error: unknown) => error)
  t.match(gone, { status: 404 })
})
