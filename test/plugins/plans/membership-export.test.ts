import t from 'tap'
import { startTestPlatform, type TestClient } from '#core/testing/index.ts'
import { send } from '../members/import/importing.ts'

const platform = await startTestPlatform({ now: new Date('2025-01-31T10:00:00Z') })
t.teardown(() => platform.close())

const paying = async () => {
  const club = await platform.tenant('Makers')
  const admin = await club.admin()
  const made = async (url: string, body: object): Promise<string> => {
    const answer = await admin.post(`/api/v1${url}`, body)
    if (answer.statusCode !== 201) throw new Error(answer.body)
    return answer.json().id
  }
  const member = (lastName: string, more: object = {}) => made('/members', { lastName, ...more })
  const plan = (name: string, amount: number, currency: string) =>
    made('/members/plans', { name, billingCycle: 'yearly', price: { amount, currency } })
  const [full, yen, dinar] = [
    await plan('Full', 1250, 'EUR'),
    await plan('Yen', 900, 'JPY'),
    await plan('Dinar', 1500, 'KWD'),
  ]
  const [ann, bob, cid] = [
    await member('Abel', { externalIds: [{ system: 'register', value: 'A1' }] }),
    await member('Abel'),
    await member('Cid'),
  ]
  const began = await made('/memberships', {
    memberId: ann,
    planId: full,
    from: '2020-01-01',
    validUntil: '2020-12-31',
  })
  await admin.post(`/api/v1/memberships/${began}/renew`, { validUntil: null, payerId: bob })
  await made('/memberships', { memberId: bob, planId: yen, payerId: ann, metadata: { shelf: 7 } })
  const ended = await made('/memberships', { memberId: cid, planId: dinar, from: '2024-01-01', validUntil: null })
  await admin.post(`/api/v1/memberships/${ended}/end`, { on: '2024-06-30', reason: 'Moved, far away' })
  return { club, admin, full, dinar, ann, bob, cid }
}
const imported = async (admin: TestClient, content: string | Buffer) => {
  const planned = await send(admin, content, { into: 'memberships' })
  if (planned.statusCode !== 201) throw new Error(planned.body)
  await platform.settle()
  return (await admin.get(`/api/v1/imports/${planned.json().id}`)).json()
}

t.test('exported memberships import again as all unchanged, in every kind of table and language', async (t) => {
  const { admin } = await paying()
  for (const query of ['format=csv', 'format=csv&language=de', 'format=xlsx', 'format=xlsx&language=de']) {
    const answer = await admin.get(`/api/v1/memberships/export?${query}`)
    t.equal(answer.statusCode, 200)
    const { counts, problems, notices } = await imported(admin, answer.rawPayload)
    t.match(counts, { create: 0, update: 0, unchanged: 4, conflict: 0, error: 0 }, query)
    t.same([problems, notices], [[], []], query)
  }
})

t.test('periods of a deleted plan are exported, found unchanged, and can be ended by a file', async (t) => {
  const { admin, dinar, cid } = await paying()
  t.equal((await admin.delete(`/api/v1/members/plans/${dinar}`)).statusCode, 204)
  const { body } = await admin.get(`/api/v1/memberships/export?memberId=${cid}`)
  t.match(body, /Dinar,2024-01-01,2024-06-30,1.500 KWD,,"Moved, far away"/)
  t.match((await imported(admin, body)).counts, { create: 0, update: 0, unchanged: 1, error: 0 })
  const planned = await imported(admin, body.replace('2024-06-30', '2024-05-31'))
  t.match(planned.counts, { create: 0, update: 1, error: 0 })
  await admin.post(`/api/v1/imports/${planned.id}/apply`, { hash: planned.hash })
  await platform.settle()
  t.match((await admin.get(`/api/v1/imports/${planned.id}`)).json(), { state: 'applied', applied: { update: 1 } })
  t.match((await admin.get(`/api/v1/memberships?memberId=${cid}`)).json().items, [{ validUntil: '2024-05-31' }])
})

t.test('a day and the filters of the list choose the exported periods', async (t) => {
  const { admin, ann, full } = await paying()
  const exported = async (query: string) =>
    (await admin.get(`/api/v1/memberships/export?format=ndjson&${query}`)).body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  t.match(await exported(`memberId=${ann}&at=2020-06-01`), [
    {
      memberId: ann,
      planId: full,
      planName: 'Full',
      from: '2020-01-01',
      validUntil: '2020-12-31',
      price: { amount: 1250 },
    },
  ])
  t.equal((await exported(`memberId=${ann}`)).length, 2)
  t.equal((await admin.get('/api/v1/memberships/export?nonsense=1')).statusCode, 400)
})

t.test('only who may export memberships takes them away', async (t) => {
  const { club, ann } = await paying()
  for (const who of [{ role: 'maker' }, { permissions: ['plans.memberships.read'] }])
    t.equal((await (await club.as(who)).get('/api/v1/memberships/export')).statusCode, 403)
  const own = await (await club.as({ permissions: ['plans.memberships.export'] })).get('/api/v1/memberships/export')
  t.notMatch(own.body, new RegExp(ann), 'who may not see them neither')
})

t.test('a row with a plan and no entry date begins at an unknown day; a membership needs one', async (t) => {
  const { admin } = await paying()
  const planned = async (content: string, into: string) => {
    const sent = await send(admin, content, { into })
    if (sent.statusCode !== 201) throw new Error(sent.body)
    await platform.settle()
    return (await admin.get(`/api/v1/imports/${sent.json().id}`)).json()
  }
  const file = 'Nachname;Vorname;Beitragsart;Eintritt\nNeu;One;Full;\n'
  const first = await planned(file, 'members')
  t.match(first, { counts: { create: 1, error: 0 } }, JSON.stringify(first.problems))
  await admin.post(`/api/v1/imports/${first.id}/apply`, { hash: first.hash })
  await platform.settle()
  t.match((await planned(file, 'members')).counts, { unchanged: 1, create: 0, update: 0, conflict: 0, error: 0 })
  const { items } = (await admin.get('/api/v1/memberships?limit=200')).json()
  t.ok(
    items.some(
      ({ from, memberName }: { from: string | null; memberName: string }) => from === null && /Neu/.test(memberName),
    ),
    'it is shown as one whose first day nobody wrote down',
  )
})
