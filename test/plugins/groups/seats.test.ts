import fc from 'fast-check'
import t from 'tap'
import { startTestPlatform, type TestClient } from '#core/testing/index.ts'
import { insertSeats, lockGroups } from '#plugins/groups/seats/seat-sql.ts'
import { actingBot } from '../../support/acting-bot.ts'
import { until } from '../../support/until.ts'

const platform = await startTestPlatform({ now: new Date('2025-06-15T10:00:00Z'), pool: 10 })
t.teardown(() => platform.close())

const day = 86_400_000
const member = async (who: TestClient, lastName: string): Promise<string> =>
  (await who.post('/api/v1/members', { lastName, joinedOn: '2020-01-01' })).json().id
const chair = { key: 'chair', title: 'Chair', permissions: [], extent: 'group', maxHolders: 1 }

async function house() {
  const club = await platform.tenant('House')
  const admin = await club.admin()
  const put = await admin.put('/api/v1/groups/functions', {
    functions: [chair, { key: 'trainer', title: 'Trainerin', permissions: [], extent: 'group' }],
  })
  if (put.statusCode !== 200) throw new Error(put.body)
  const { id } = (await admin.post('/api/v1/groups', { name: 'Board' })).json()
  return { club, admin, seats: `/api/v1/groups/${id}/members`, groupId: id as string }
}
const roles = async (who: TestClient, url: string) =>
  (await who.get(url))
    .json()
    .items.map((seat: { memberName: string; role: string }) => `${seat.memberName} ${seat.role}`)

t.test('a seat is from a day to its last day, and shown as it was on any day', async (t) => {
  const { admin, seats } = await house()
  const memberId = await member(admin, 'Adams')
  const made = await admin.post(seats, {
    memberId,
    role: 'Trainerin',
    from: '2024-01-01',
    until: '2024-12-31',
    rank: 3,
  })
  t.match(made.json(), { role: 'trainer', roleTitle: 'Trainerin', from: '2024-01-01', until: '2024-12-31', rank: 3 })
  t.same(await roles(admin, seats), [], 'it has ended')
  t.same(await roles(admin, `${seats}?at=2024-12-31`), ['Adams trainer'])
  t.same(await roles(admin, `${seats}?at=2025-01-01`), [])
  t.same(await roles(admin, `${seats}?history=true`), ['Adams trainer'])
  const next = await admin.post(seats, { memberId, role: 'trainer', from: '2025-01-01' })
  t.equal(next.statusCode, 201, 'the day after the last one is free')
  t.match(await roles(admin, `${seats}?role=trainerin`), ['Adams trainer'])
  t.same(await roles(admin, `${seats}?role=chair`), [])
  t.equal((await admin.post(seats, { memberId, from: '2025-02-01', until: '2025-01-01' })).statusCode, 400)
  t.match((await admin.post(seats, { memberId, role: 'king' })).json().errors[0].message, /chair, trainer, member/)
})

t.test('below=true also shows who sits further down', async (t) => {
  const { admin, seats, groupId } = await house()
  const sub = (await admin.post('/api/v1/groups', { name: 'Committee', parentId: groupId })).json()
  await admin.post(seats, { memberId: await member(admin, 'Above') })
  await admin.post(`/api/v1/groups/${sub.id}/members`, { memberId: await member(admin, 'Below') })
  t.same(await roles(admin, seats), ['Above member'])
  t.same(await roles(admin, `${seats}?below=true`), ['Above member', 'Below member'])
  t.same(await roles(admin, `${seats}?below=true&sort=-name&limit=1`), ['Below member'])
  t.equal((await admin.get(`${seats}?below=true&total=true`)).json().page.total, 2)
})

t.test('a seat younger than a day was a slip; an older one ends and is history', async (t) => {
  const { admin, seats } = await house()
  const memberId = await member(admin, 'Baker')
  const slip = (await admin.post(seats, { memberId })).json()
  t.equal((await admin.delete(`${seats}/${slip.id}`)).statusCode, 204)
  t.same(await roles(admin, `${seats}?history=true`), [], 'nothing is left of it')
  const seat = (await admin.post(seats, { memberId })).json()
  await platform.advance(3 * day)
  t.equal((await admin.delete(`${seats}/${seat.id}`)).statusCode, 204)
  t.same(await roles(admin, seats), [], 'gone at once')
  t.match((await admin.get(`${seats}?history=true`)).json().items, [{ id: seat.id, until: '2025-06-17' }])
  t.equal((await admin.delete(`${seats}/${seat.id}`)).statusCode, 409)
})

t.test('another role is a new seat, and the old one becomes history', async (t) => {
  const { admin, seats } = await house()
  const memberId = await member(admin, 'Clark')
  const seat = (await admin.post(seats, { memberId, from: '2025-01-01' })).json()
  await platform.advance(2 * day)
  const changed = (await admin.patch(`${seats}/${seat.id}`, { role: 'chair' })).json()
  t.not(changed.id, seat.id)
  t.same(await roles(admin, seats), ['Clark chair'])
  t.same(await roles(admin, `${seats}?at=2025-06-01`), ['Clark member'])
  const corrected = (await admin.patch(`${seats}/${changed.id}`, { role: 'trainer' })).json()
  t.equal(corrected.id, changed.id, 'on the same day it corrects')
  t.equal((await admin.patch(`${seats}/${changed.id}`, { rank: 1 }, { 'if-match': '"v1"' })).statusCode, 412)
})

t.test('another role from a day on that the old seat does not reach, or before it began', async (t) => {
  const { admin, seats } = await house()
  const memberId = await member(admin, 'Clark')
  const years = { from: '2025-01-01', until: '2025-12-31' }
  const seat = (await admin.post(seats, { memberId, ...years })).json()
  await platform.advance(2 * day)
  const next = { role: 'trainer', from: '2026-02-01', until: '2026-12-31' }
  t.equal((await admin.patch(`${seats}/${seat.id}`, next)).statusCode, 200)
  t.match((await admin.get(`${seats}?history=true&sort=from`)).json().items, [{ role: 'member', ...years }, next])
  const earlier = await admin.patch(`${seats}/${seat.id}`, { role: 'chair', from: '2024-06-01' })
  t.match(earlier.json(), { id: seat.id, role: 'chair', from: '2024-06-01', until: '2025-12-31' }, earlier.body)
})

t.test('a limited role has so many holders on any day and no more, whoever comes at once', async (t) => {
  const { admin, seats } = await house()
  const ids = await Promise.all(['D1', 'D2', 'D3', 'D4', 'D5', 'D6'].map((name) => member(admin, name)))
  const answers = await Promise.all(ids.map((memberId) => admin.post(seats, { memberId, role: 'chair' })))
  t.same(
    answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [201, 409, 409, 409, 409, 409],
  )
  t.match(
    answers.find(({ statusCode }) => statusCode === 409)!.json().detail,
    /Chair of "Board" is held by at most 1 at a time; these days it would be: .+, .+/,
  )
  const past = await admin.post(seats, { memberId: ids[0], role: 'chair', from: '2020-01-01', until: '2020-12-31' })
  t.equal(past.statusCode, 201, 'other days are free')
  const across = await admin.post(seats, { memberId: ids[1], role: 'chair', from: '2019-01-01', until: '2020-01-01' })
  t.equal(across.statusCode, 409, 'one day in common is one too many')
})

t.test('one member never has one role in one group twice on a day, whoever comes at once', async (t) => {
  const { admin, seats } = await house()
  const memberId = await member(admin, 'Evans')
  const answers = await Promise.all(Array.from({ length: 6 }, () => admin.post(seats, { memberId })))
  t.same(
    answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [201, 409, 409, 409, 409, 409],
  )
  t.equal((await admin.get(seats)).json().items.length, 1)
})

t.test('who sat when agrees with a list of days', async (t) => {
  const { club, admin, seats, groupId } = await house()
  const dateOf = (n: number) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10)
  const spans = fc.array(fc.record({ who: fc.nat(2), from: fc.nat(40), days: fc.nat(20) }), { maxLength: 8 })
  const ids = await Promise.all(['P', 'Q', 'R'].map((name) => member(admin, name)))
  await fc.assert(
    fc.asyncProperty(spans, async (wanted) => {
      await club.unit((tx) =>
        tx.query('DELETE FROM groups.seat WHERE tenant_id = $1 AND group_id = $2', [tx.tenantId, groupId]),
      )
      const taken = new Set<string>()
      for (const { who, from, days } of wanted) {
        const mine = Array.from({ length: days + 1 }, (_, i) => `${who} ${from + i}`)
        const free = mine.every((one) => !taken.has(one))
        const { statusCode } = await admin.post(seats, {
          memberId: ids[who],
          from: dateOf(from),
          until: dateOf(from + days),
        })
        if (statusCode !== (free ? 201 : 409)) return false
        if (free) for (const one of mine) taken.add(one)
      }
      for (const n of [0, 7, 20, 39, 60]) {
        const there = (await admin.get(`${seats}?at=${dateOf(n)}`)).json().items.length
        if (there !== [0, 1, 2].filter((who) => taken.has(`${who} ${n}`)).length) return false
      }
      return true
    }),
    { numRuns: 12 },
  )
  t.pass()
})

t.test('events and activity tell of seats, without a name in them', async (t) => {
  const { club, admin, seats, groupId } = await house()
  const memberId = await member(admin, 'Farah')
  const seat = (await admin.post(seats, { memberId })).json()
  await admin.delete(`${seats}/${seat.id}`)
  const past = (await admin.post(seats, { memberId, from: '2010-01-01', until: '2015-12-31' })).json()
  t.equal((await admin.delete(`${seats}/${past.id}`)).statusCode, 204, 'what is over neither begins nor ends')
  const events = await club.unit((tx) =>
    tx.query<{ name: string; payload: object }>(
      `SELECT name, payload FROM core.event WHERE tenant_id = $1 AND name LIKE 'groups.member%' ORDER BY at, id`,
      [tx.tenantId],
    ),
  )
  const payload = { seatId: seat.id, groupId, memberId, role: 'member' }
  t.same(events, [
    { name: 'groups.memberAdded', payload },
    { name: 'groups.memberRemoved', payload },
  ])
  const kinds = (await admin.get(`/api/v1/members/${memberId}/activities`))
    .json()
    .items.map(({ kind }: { kind: string }) => kind)
  t.ok(kinds.includes('seatGiven') && kinds.includes('seatEnded'), kinds.join())
})

t.test('members are filtered by group, subtree and role, and show their groups', async (t) => {
  const { admin, seats, groupId } = await house()
  await admin.patch(`/api/v1/groups/${groupId}`, { externalId: 'BRD' })
  const sub = (await admin.post('/api/v1/groups', { name: 'Sub', parentId: groupId })).json()
  const [a, b] = [await member(admin, 'Gray'), await member(admin, 'Hall')]
  await admin.post(seats, { memberId: a, role: 'chair' })
  await admin.post(`/api/v1/groups/${sub.id}/members`, { memberId: b, from: '2024-01-01', until: '2024-06-30' })
  const found = async (query: string) =>
    (await admin.get(`/api/v1/members?sort=lastName&${query}`)).json().items.map(({ id }: { id: string }) => id)
  t.same(await found(`group=${groupId}`), [a])
  t.same(await found('group=brd'), [a])
  t.same(await found('groupSubtree=BRD'), [a])
  t.same(await found('groupSubtree=BRD&at=2024-03-01'), [b])
  t.same(await found('groupRole=chair'), [a])
  t.same(await found('group.isNull=true'), [b])
  const shown = (await admin.get(`/api/v1/members/${a}?include=groups`)).json()
  t.match(shown.groups, [{ groupId, groupName: 'Board', role: 'chair', roleTitle: 'Chair', until: null }])
})

t.test('figures tell how members spread and how seats came and went', async (t) => {
  const { admin, seats } = await house()
  await admin.post(seats, { memberId: await member(admin, 'I'), from: '2025-03-05' })
  await admin.post(seats, { memberId: await member(admin, 'J'), from: '2025-03-09', until: '2025-05-31' })
  const figures = (await admin.get('/api/v1/groups/analytics?at=2025-04-01&from=2025-01-01&to=2025-12-31')).json()
  t.match(figures, {
    groups: 2,
    members: 2,
    empty: 1,
    byRole: [{ role: 'member', seats: 2 }],
    largest: [{ name: 'Board', members: 2 }],
  })
  t.same(figures.activity, [
    { month: '2025-03', begun: 2, ended: 0 },
    { month: '2025-06', begun: 0, ended: 1 },
  ])
  const statistics = (await admin.get('/api/v1/members/analytics/statistics?at=2025-04-01')).json()
  t.match(statistics.byGroup, [{ name: 'Board', members: 2 }])
})

t.test('of two bots that give the same seat at the same time, the second finds it', async (t) => {
  const { club, admin, groupId } = await house()
  const act = await actingBot(club)
  const memberId = await member(admin, 'Doe')
  const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  let second: ReturnType<typeof act> | undefined
  await club.unit(async (tx) => {
    await lockGroups(tx, [groupId])
    const seat = {
      id: crypto.randomUUID(),
      groupId,
      memberId,
      role: 'member',
      from: '2025-06-15',
      before: '9999-12-31',
    }
    await insertSeats(tx, [{ ...seat, rank: null, metadata: {} }])
    second = act('groups.addMember', { groupId, memberId })
    await until('the second waits', async () => (await tx.query(waits)).length > 0)
  })
  t.match(await second, { changed: false, output: { memberId } })
})

t.test('a bot that names no days gives a seat up to the next one', async (t) => {
  const { club, admin, seats, groupId } = await house()
  const [early, gap] = [await member(admin, 'Early'), await member(admin, 'Gap')]
  for (const memberId of [early, gap]) await admin.post(seats, { memberId, from: '2025-09-01' })
  await admin.post(seats, { memberId: gap, from: '2025-01-01', until: '2025-07-31' })
  const act = await actingBot(club)
  const give = (memberId: string, days = {}) => act('groups.addMember', { groupId, memberId, ...days })
  t.same(await give(early, { until: null }), { refused: 409 }, 'more days than are free')
  t.match(await give(early), { changed: true, output: { until: '2025-08-31' } })
  await platform.advance(day)
  t.match(await give(early), { changed: false, output: { until: '2025-08-31' } }, 'the next night')
  t.same(await give(gap), { refused: 409 }, 'his own ends too early')
})

t.test('what a bot asks for and finds done already counts as nothing done', async (t) => {
  const { club, admin, seats, groupId } = await house()
  const act = await actingBot(club)
  const memberId = await member(admin, 'Doe')
  const seat = { groupId, memberId }
  const given = await act('groups.addMember', seat)
  t.match(given, { changed: true, output: { role: 'member', until: null } })
  const { id: seatId, version } = given.output as { id: string; version: number }
  t.match(await act('groups.addMember', seat), { changed: false, output: { id: seatId, version } })
  t.match(await act('groups.addMember', { ...seat, until: '2030-12-31' }), { changed: false, output: { id: seatId } })
  t.same(await act('groups.addMember', { ...seat, until: '2020-12-31' }), { refused: 400 }, 'before it begins')
  t.same(await act('groups.addMember', { ...seat, from: '2024-01-01' }), { refused: 409 }, 'more than is there')
  t.same(await act('groups.addMember', { ...seat, rank: 3 }), { refused: 409 }, 'not as it is there')
  t.match(await act('groups.addMember', { ...seat, role: 'trainer' }), { changed: true })
  const double = await member(admin, 'Double')
  const { id: mergeId, hash } = (await admin.post(`/api/v1/members/${memberId}/merge`, { loserId: double })).json()
  await admin.post(`/api/v1/members/${memberId}/merge/${mergeId}/apply`, { hash })
  t.match(
    await act('groups.addMember', { groupId, memberId: double }),
    { changed: false, output: { id: seatId } },
    'whom the id leads to by now',
  )
  t.equal((await roles(admin, seats)).length, 2)

  t.match(await act('groups.changeSeat', { groupId, seatId, rank: 3 }), { changed: true, output: { rank: 3 } })
  t.match(await act('groups.changeSeat', { groupId, seatId, rank: 3, role: 'Member' }), { changed: false })
  t.match(await act('groups.update', { groupId, change: { name: 'Board' } }), { changed: false })
  t.match(await act('groups.update', { groupId, change: { name: 'Council' } }), { changed: true })

  await platform.advance(3 * day)
  t.match(await act('groups.removeMember', { groupId, seatId }), { changed: true, output: { done: true } })
  t.match(await act('groups.removeMember', { groupId, seatId }), { changed: false, output: { done: false } })
})
