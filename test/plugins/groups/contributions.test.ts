import { addDays } from '@guildhall/sdk'
import t from 'tap'
import { startTestPlatform, type TestTenant } from '#core/testing/index.ts'
import { send } from '../members/import/importing.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())

async function club() {
  const tenant = await platform.tenant('Club')
  const admin = await tenant.admin()
  const group: string = (await admin.post('/api/v1/groups', { name: 'Choir' })).json().id
  const plan: string = (await admin.get('/api/v1/members/plans')).json().items[0].id
  const member = async (lastName: string): Promise<string> =>
    (await admin.post('/api/v1/members', { firstName: 'Ann', lastName })).json().id
  return { tenant, admin, group, plan, member, seats: `/api/v1/groups/${group}/members` }
}

t.test('whoever accepts an invitation gets its groups and its plan', async (t) => {
  const { tenant, admin, group, plan, seats } = await club()
  const made = await admin.post('/api/v1/members/invites', {
    email: 'new@example.org',
    role: 'maker',
    planId: plan,
    groupIds: [group],
  })
  t.equal(made.statusCode, 201, made.body)
  const token = /invites\/([^/"]+)/.exec(made.json().acceptLink)?.[1] ?? ''
  const url = `/api/v1/members/invites/${token}/accept`
  const guest = tenant.client(null)
  t.match((await guest.get(url)).json(), { plan: 'Basic Maker', groups: 'Choir' })
  t.equal((await guest.post(url, { firstName: 'Nora', lastName: 'New' })).statusCode, 201)
  t.match((await admin.get(seats)).json().items, [{ memberName: 'Nora New', role: 'member' }])
  t.match((await admin.get('/api/v1/memberships')).json().items, [
    { memberName: 'Nora New', planName: 'Basic Maker', status: 'active' },
  ])

  const inviter = await tenant.as({ permissions: ['members.invite', 'members.read'] })
  for (const more of [{ planId: plan }, { groupIds: [group] }]) {
    const refused = await inviter.post('/api/v1/members/invites', { email: 'x@example.org', role: 'maker', ...more })
    t.equal(refused.statusCode, 403, 'nobody invites to what he may not give')
  }
})

t.test("two records of one person become one: shared days stay the winner's, all others move over", async (t) => {
  const { admin, plan, member, seats } = await club()
  const [winner, loser] = [await member('Abel'), await member('Abell')]
  for (const [memberId, from, until] of [
    [winner, '2024-01-01', '2024-06-30'],
    [loser, '2024-03-01', '2024-12-31'],
  ]) {
    t.equal((await admin.post(seats, { memberId, from, until })).statusCode, 201)
    t.equal(
      (await admin.post('/api/v1/memberships', { memberId, planId: plan, from, validUntil: until })).statusCode,
      201,
    )
  }
  const planned = await admin.post(`/api/v1/members/${winner}/merge`, { loserId: loser })
  t.equal(planned.statusCode, 201, planned.body)
  const { id, hash } = planned.json()
  t.match(planned.body, /shared days go/)
  const applied = await admin.post(`/api/v1/members/${winner}/merge/${id}/apply`, { hash })
  t.ok(applied.statusCode < 300, applied.body)
  await platform.settle()
  const { items } = (await admin.get(`${seats}?history=true&sort=from`)).json()
  t.match(items, [
    { memberId: winner, from: '2024-01-01', until: '2024-06-30' },
    { memberId: winner, from: '2024-07-01', until: '2024-12-31' },
  ])
  const [membership] = (await admin.get(`/api/v1/members/${winner}/memberships`)).json().items
  t.match((await admin.get(`/api/v1/memberships/${membership.id}`)).json().periods, [
    { from: '2024-07-01', validUntil: '2024-12-31' },
    { from: '2024-01-01', validUntil: '2024-06-30' },
  ])
})

t.test('what a merge takes over keeps its past: when it was given, why it ends, who was reminded', async (t) => {
  const { tenant, admin, plan, member, seats } = await club()
  const [winner, loser] = [await member('Abel'), await member('Abell')]
  await admin.post(seats, { memberId: loser, from: '2020-01-01' })
  const asked = { memberId: loser, planId: plan, from: '2020-01-01', validUntil: null }
  const { id: membershipId } = (await admin.post('/api/v1/memberships', asked)).json()
  const on = addDays(new Date().toISOString().slice(0, 10), 10)
  await admin.post(`/api/v1/memberships/${membershipId}/end`, { on, reason: 'moves away' })
  const expiring = async () => {
    await tenant.unit((tx) => tx.enqueue('plans.remind', {}))
    await platform.settle()
    const sql = `SELECT 1 FROM core.event WHERE tenant_id = $1 AND name = 'memberships.expiring'`
    return (await tenant.unit((tx) => tx.query(sql, [tx.tenantId]))).length
  }
  t.equal(await expiring(), 1)
  await tenant.unit((tx) =>
    tx.query(`UPDATE groups.seat SET created_at = created_at - interval '2 days' WHERE tenant_id = $1`, [tx.tenantId]),
  )
  const { id, hash } = (await admin.post(`/api/v1/members/${winner}/merge`, { loserId: loser })).json()
  t.equal((await admin.post(`/api/v1/members/${winner}/merge/${id}/apply`, { hash })).statusCode, 202)
  const [membership] = (await admin.get(`/api/v1/members/${winner}/memberships`)).json().items
  t.match((await admin.get(`/api/v1/memberships/${membership.id}`)).json().periods, [{ endedReason: 'moves away' }])
  t.equal(await expiring(), 1, 'nobody is reminded twice')
  const [seat] = (await admin.get(seats)).json().items
  t.equal((await admin.delete(`${seats}/${seat.id}`)).statusCode, 204)
  t.match((await admin.get(`${seats}?history=true`)).json().items, [{ memberId: winner, from: '2020-01-01' }])
})

t.test('many get a seat at once, and who has it stays as he is', async (t) => {
  const { admin, group, member, seats } = await club()
  const ids = [await member('A'), await member('B')]
  await admin.post(seats, { memberId: ids[0] })
  const bulk = await admin.post('/api/v1/members/bulk-operations', {
    operation: 'addToGroup',
    ids,
    parameters: { groupId: group },
    apply: true,
  })
  t.match(bulk.json(), { counts: { total: 2, change: 1, unchanged: 1 } })
  await platform.settle()
  t.equal((await admin.get(`${seats}?total=true`)).json().page.total, 2)
})

/** What stands of a member in the events, the trail and his log: names, in order of the alphabet. */
async function told(tenant: TestTenant, memberId: string) {
  const names = (sql: string): Promise<string[]> =>
    tenant.unit(async (tx) =>
      (await tx.query<{ name: string }>(`${sql} ORDER BY name`, [tx.tenantId, memberId])).map(({ name }) => name),
    )
  return {
    events: await names(
      `SELECT name FROM core.event WHERE tenant_id = $1 AND payload->>'memberId' = $2 AND name ~ '^(groups|memberships)'`,
    ),
    audit: await names(
      `SELECT a.event AS name FROM core.audit_event a WHERE a.tenant_id = $1 AND a.target_id IN (
         SELECT id::text FROM groups.seat WHERE tenant_id = $1 AND member_id = $2::uuid
         UNION ALL SELECT id::text FROM plans.membership WHERE tenant_id = $1 AND member_id = $2::uuid)`,
    ),
    log: await names(
      `SELECT kind AS name FROM members.activity WHERE tenant_id = $1 AND member_id = $2 AND kind ~ '^(seat|membership)'`,
    ),
  }
}

t.test('a seat and a plan are told alike, whichever way they come', async (t) => {
  const { tenant, admin, group, plan, member, seats } = await club()
  const importing = async (into: string, csv: string) => {
    const made = await send(admin, csv, { into, apply: true })
    await platform.settle()
    const shown = (await admin.get(`/api/v1/imports/${made.json().id}`)).json()
    t.match(shown, { state: 'applied', counts: { create: 1, error: 0, conflict: 0 } })
    return shown.id as string
  }
  const ways: Record<string, (name: string) => Promise<string>> = {
    'one by one': async (name) => {
      const memberId = await member(name)
      await admin.post(seats, { memberId })
      await admin.post(`/api/v1/members/${memberId}/plan`, { planId: plan })
      return memberId
    },
    'in bulk': async (name) => {
      const memberId = await member(name)
      for (const [operation, parameters] of [
        ['addToGroup', { groupId: group }],
        ['changePlan', { planId: plan }],
      ] as const) {
        const bulk = { operation, parameters, ids: [memberId], apply: true }
        t.match((await admin.post('/api/v1/members/bulk-operations', bulk)).json(), { result: { changed: 1 } })
      }
      return memberId
    },
    'by invitation': async (name) => {
      const invitation = { email: `${name}@example.org`, planId: plan, groupIds: [group] }
      const { acceptLink } = (await admin.post('/api/v1/members/invites', invitation)).json()
      return (await tenant.client(null).post(new URL(acceptLink).pathname, { lastName: name })).json().id
    },
    'in a list of members': async (name) => {
      await importing('members', `last_name,plan,group\n${name},Basic Maker,Choir\n`)
      return (await admin.get(`/api/v1/members?lastName=${name}`)).json().items[0].id
    },
    'in lists of their own': async (name) => {
      const memberId = await member(name)
      await importing('group-members', `record_id,group_name\n${memberId},Choir\n`)
      await importing('memberships', `record_id,plan,start\n${memberId},Basic Maker,2024-01-01\n`)
      return memberId
    },
  }
  for (const [i, [way, take]] of Object.entries(ways).entries())
    t.same(
      await told(tenant, await take(`way${i}`)),
      {
        events: ['groups.memberAdded', 'memberships.started'],
        audit: ['groups.seat-given', 'memberships.started'],
        log: ['membershipStarted', 'seatGiven'],
      },
      way,
    )

  const memberId = await member('Undone')
  for (const [into, csv] of [
    ['group-members', `record_id,group_name\n${memberId},Choir\n`],
    ['memberships', `record_id,plan,start\n${memberId},Basic Maker,2024-01-01\n`],
  ] as const) {
    const answer = await admin.post(`/api/v1/imports/${await importing(into, csv)}/undo`)
    t.ok(answer.statusCode < 300, answer.body)
    await platform.settle()
  }
  t.match(await told(tenant, memberId), {
    events: ['groups.memberAdded', 'groups.memberRemoved', 'memberships.started'],
    log: ['membershipCorrected', 'membershipStarted', 'seatEnded', 'seatGiven'],
  })
})

t.test('a row that is refused after all is told of to nobody', async (t) => {
  const { tenant, admin } = await club()
  await admin.post('/api/v1/members/plans', { name: 'Single', billingCycle: 'free', capacity: 1 })
  await send(admin, 'last_name,plan,group\nAbel,Single,Choir\nBaker,Single,Choir\n', { apply: true })
  await platform.settle()
  t.match((await admin.get('/api/v1/members')).json().items, [{ lastName: 'Abel' }])
  const events = await tenant.unit((tx) =>
    tx.query(
      `SELECT name, count(*)::int AS n FROM core.event WHERE tenant_id = $1 AND name ~ '^(groups.member|memberships)'
        GROUP BY name ORDER BY name`,
      [tx.tenantId],
    ),
  )
  t.same(events, [
    { name: 'groups.memberAdded', n: 1 },
    { name: 'memberships.started', n: 1 },
  ])
})

t.test('an import changes no seat whose permissions the importer does not hold', async (t) => {
  const { tenant, admin, group, member, seats } = await club()
  await admin.put('/api/v1/groups/functions', {
    functions: [{ key: 'clerk', title: 'Clerk', permissions: ['members.delete'], extent: 'group' }],
  })
  const memberId = await member('Clerk')
  t.equal((await admin.post(seats, { memberId, role: 'clerk', until: '2999-01-01' })).statusCode, 201)
  const importer = await tenant.as({
    permissions: ['members.read', 'members.import', 'groups.read', 'groups.seats.read', 'groups.seats.write'],
  })
  const csv = `record_id,group_name,role,end\n${memberId},Choir,Clerk,2999-12-31\n`
  const made = await send(importer, csv, { into: 'group-members', apply: true })
  t.ok(made.statusCode < 300, made.body)
  await platform.settle()
  t.match((await importer.get(`/api/v1/imports/${made.json().id}`)).json(), { counts: { update: 0, error: 1 } })
  t.match((await admin.get(`/api/v1/groups/${group}/members`)).json().items, [{ until: '2999-01-01' }])
})

t.test('nobody invites into a level whose plain members get what he does not hold', async (t) => {
  const { tenant, admin } = await club()
  await admin.put('/api/v1/groups/levels', {
    levels: [
      { key: 'club', title: 'Club', layer: true, children: ['board'], roles: [] },
      {
        key: 'board',
        title: 'Board',
        children: [],
        layer: false,
        roles: [{ key: 'member', title: 'Member', permissions: ['members.delete'], extent: 'group' }],
      },
    ],
  })
  const made = await admin.post('/api/v1/groups', { name: 'Board', type: 'board' })
  t.equal(made.statusCode, 201, made.body)
  const invitation = { email: 'rise@example.org', groupIds: [made.json().id] }
  const inviter = await tenant.as({
    permissions: ['members.invite', 'members.read', 'groups.read', 'groups.seats.write'],
  })
  t.equal((await inviter.post('/api/v1/members/invites', { ...invitation, role: 'maker' })).statusCode, 403)
  t.equal((await admin.post('/api/v1/members/invites', { ...invitation, role: 'maker' })).statusCode, 201)
})
