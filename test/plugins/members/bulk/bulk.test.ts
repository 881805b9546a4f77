import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startTestPlatform, type TestClient, type TestTenant } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin] })
t.teardown(() => platform.close())

const bulk = '/api/v1/members/bulk-operations'
const reason = 'Fees unpaid'

async function fresh(name: string): Promise<{ club: TestTenant; admin: TestClient }> {
  const club = await platform.tenant(name)
  return { club, admin: await club.admin() }
}
async function add(admin: TestClient, n: number, o: object = {}): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < n; i++) ids.push((await admin.post('/api/v1/members', { firstName: `M${i}`, ...o })).json().id)
  return ids
}
/** Links an account to a member, as an accepted invitation does. */
async function link(club: TestTenant, memberId: string): Promise<string> {
  const userId = uuidv7()
  await platform.runtime.database.platform.query(
    `INSERT INTO core.app_user (id, issuer, subject, name) VALUES ($1, 'test', $2, 'Somebody')`,
    { bind: [userId, userId] },
  )
  await club.unit(async (tx) => {
    await tx.query('INSERT INTO core.affiliation (tenant_id, user_id) VALUES ($1, $2)', [tx.tenantId, userId])
    await tx.query('UPDATE members.member SET user_id = $3 WHERE tenant_id = $1 AND id = $2', [
      tx.tenantId,
      memberId,
      userId,
    ])
    tx.accessChanged()
  })
  return userId
}
const statuses = async (admin: TestClient, ids: readonly string[]): Promise<string[]> => {
  const all = []
  for (const id of ids) all.push((await admin.get(`/api/v1/members/${id}`)).json().status ?? 'gone')
  return all
}

t.test('a plan says what will happen and changes nothing; applying it does that', async (t) => {
  const { club, admin } = await fresh('Plan')
  const ids = await add(admin, 4)
  await admin.post(`/api/v1/members/${ids[3]}/suspend`, { reason: 'earlier' })
  const stranger = uuidv7()
  const answer = await admin.post(bulk, { operation: 'suspend', ids: [...ids, stranger], reason })
  t.equal(answer.statusCode, 201)
  const plan = answer.json()
  t.equal(answer.headers.location, `${bulk}/${plan.id}`)
  t.match(plan, {
    state: 'planned',
    hash: /^[0-9a-f]{64}$/,
    counts: { total: 5, change: 3, unchanged: 1, conflict: 1 },
    problems: [{ memberId: stranger, reason: /no such member/ }],
  })
  t.same(await statuses(admin, ids), ['active', 'active', 'active', 'suspended'])

  const started = await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })
  t.equal(started.statusCode, 202)
  t.match(started.json(), { state: 'applying', progress: { done: 0, of: 3 } })
  await platform.settle()
  t.match((await admin.get(`${bulk}/${plan.id}`)).json(), {
    state: 'applied',
    progress: { done: 3, of: 3 },
    result: { changed: 3, skipped: 0, failed: 0 },
  })
  t.same(await statuses(admin, ids), ['suspended', 'suspended', 'suspended', 'suspended'])
  const rows = (await admin.get(`${bulk}/${plan.id}/rows?outcome=unchanged`)).json().items
  t.match(rows, [{ memberId: ids[3], outcome: 'unchanged', reason: 'Already suspended.', result: null }])
  const events = await club.unit((tx) =>
    tx.query<{ name: string }>(`SELECT name FROM core.event WHERE tenant_id = $1 AND name LIKE 'members.%ulk%'`, [
      tx.tenantId,
    ]),
  )
  t.same(events, [{ name: 'members.bulkApplied' }], 'one event for the whole')
  const log = (await admin.get(`/api/v1/members/${ids[0]}/activities`)).json().items
  t.match(log[0], { kind: 'suspended', detail: { reason, bulkOperationId: plan.id } })
  t.equal((await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })).statusCode, 409, 'a plan is applied once')
})

t.test('every operation of our own, at once and by filter', async (t) => {
  const { admin } = await fresh('Each')
  const ids = await add(admin, 3, { tags: ['Old', 'Keep'] })
  const once = async (o: object) => {
    const answer = await admin.post(bulk, { ids, apply: true, ...o })
    t.equal(answer.statusCode, 201, answer.body)
    return answer.json()
  }
  t.match(await once({ operation: 'suspend', reason }), { state: 'applied', result: { changed: 3 } })
  t.match(await once({ operation: 'reactivate' }), { state: 'applied', result: { changed: 3 } })
  t.match(await once({ operation: 'reactivate' }), { counts: { unchanged: 3 }, result: { changed: 0 } })
  t.match(await once({ operation: 'tag', parameters: { add: ['New', 'KEEP'], remove: ['old'] } }), {
    result: { changed: 3 },
  })
  t.same((await admin.get(`/api/v1/members/${ids[0]}`)).json().tags, ['Keep', 'New'])
  t.match(await once({ operation: 'changeRole', parameters: { role: 'service_provider' } }), { result: { changed: 3 } })
  t.equal((await admin.get('/api/v1/members?role=service_provider&total=true')).json().page.total, 3)
  const byFilter = await admin.post(bulk, { operation: 'delete', filter: { field: 'tag', op: 'has', value: 'new' } })
  t.match(byFilter.json(), { counts: { total: 3, change: 3 } })
  await admin.post(`${bulk}/${byFilter.json().id}/apply`, { hash: byFilter.json().hash })
  await platform.settle()
  t.equal((await admin.get('/api/v1/members?total=true')).json().page.total, 0)
  t.equal((await admin.post(`/api/v1/members/${ids[0]}/restore`)).statusCode, 200)
})

t.test('an export gives a file that can be fetched and imported again', async (t) => {
  const { club, admin } = await fresh('Export')
  await admin.post('/api/v1/members', { firstName: '=1+1', lastName: 'Velázquez', address: { city: 'Köln' } })
  const plan = (
    await admin.post(bulk, { operation: 'export', filter: { field: 'status', op: 'eq', value: 'active' } })
  ).json()
  t.equal((await admin.get(`${bulk}/${plan.id}/file`)).statusCode, 409, 'not before it is applied')
  await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })
  await platform.settle()
  const { file } = (await admin.get(`${bulk}/${plan.id}`)).json()
  const answer = await admin.get(file)
  t.match(answer.headers, { 'content-type': /text\/csv/, 'content-disposition': /attachment; filename="members-/ })
  t.match(answer.body, /Velázquez/)
  t.match(answer.body, /'=1\+1/, 'formulas are neutralised')
  t.match((await admin.post(bulk, { operation: 'export', ids: [], parameters: { format: 'pdf' } })).json(), {
    status: 400,
    errors: [{ pointer: '/parameters/format' }],
  })
  const reader = await club.as({ role: 'admin' })
  t.equal((await reader.get(file)).statusCode, 200, 'who may export everybody may fetch it')
  const other = await club.as({ permissions: ['members.read'] })
  t.equal((await other.get(`${bulk}/${plan.id}`)).statusCode, 404)
  t.equal((await other.get(file)).statusCode, 403)
})

t.test('a plan is refused with the members that changed in between', async (t) => {
  const { admin } = await fresh('Outdated')
  const ids = await add(admin, 3)
  const plan = (await admin.post(bulk, { operation: 'suspend', ids, reason })).json()
  await admin.patch(`/api/v1/members/${ids[1]}`, { phone: '0221 4711' })
  await admin.delete(`/api/v1/members/${ids[2]}`)
  const refused = await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })
  t.equal(refused.statusCode, 409)
  t.match(refused.json(), { type: '/docs/errors#plan-outdated', changed: [ids[1], ids[2]] })
  t.equal((await admin.post(`${bulk}/${plan.id}/apply`, { hash: 'x' })).json().type, '/docs/errors#plan-outdated')
  t.same(await statuses(admin, ids.slice(0, 2)), ['active', 'active'])
})

t.test('who changes while it is applied is skipped and named', async (t) => {
  const { admin } = await fresh('Meanwhile')
  const ids = await add(admin, 3)
  const plan = (await admin.post(bulk, { operation: 'suspend', ids, reason })).json()
  await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })
  await admin.patch(`/api/v1/members/${ids[1]}`, { phone: '0221 4711' })
  await platform.settle()
  t.match((await admin.get(`${bulk}/${plan.id}`)).json(), {
    state: 'applied',
    result: { changed: 2, skipped: 1, failed: 0 },
    problems: [{ memberId: ids[1] }],
  })
  t.same(await statuses(admin, ids), ['suspended', 'active', 'suspended'])
})

t.test('an operation can be cancelled before and while it is applied', async (t) => {
  const { admin } = await fresh('Cancel')
  const ids = await add(admin, 2)
  const plan = (await admin.post(bulk, { operation: 'suspend', ids, reason })).json()
  await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })
  t.match((await admin.post(`${bulk}/${plan.id}/cancel`)).json(), { state: 'cancelled' })
  await platform.settle()
  t.same(await statuses(admin, ids), ['active', 'active'])
  t.equal((await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })).statusCode, 409)
  t.equal((await admin.post(`${bulk}/${plan.id}/cancel`)).statusCode, 200, 'twice changes nothing')
})

t.test('what is wrong with a request is named', async (t) => {
  const { admin } = await fresh('Wrong')
  const [id] = await add(admin, 1)
  const cases: [object, string, RegExp?][] = [
    [{ operation: 'explode', ids: [id] }, '/operation'],
    [{ operation: 'suspend', ids: [id] }, '/reason'],
    [{ operation: 'reactivate' }, ''],
    [{ operation: 'reactivate', ids: [id], filter: { field: 'role', op: 'eq', value: 'maker' } }, ''],
    [{ operation: 'reactivate', filter: { field: 'shoe', op: 'eq', value: 1 } }, '/filter/field'],
    [{ operation: 'changeRole', ids: [id] }, '/parameters/role', /^is required$/],
    [{ operation: 'changeRole', ids: [id], parameters: { role: 'nobody' } }, '/parameters/role'],
    [{ operation: 'tag', ids: [id], parameters: {} }, '/parameters'],
    [
      { operation: 'reactivate', ids: [id], parameters: { force: true } },
      '/parameters/force',
      /^Unknown field "force"/,
    ],
    [{ operation: 'tag', ids: [id], parameters: { add: 'x' } }, '/parameters/add', /^must be a list$/],
    [{ operation: 'reactivate', ids: [id], extra: 1 }, '/extra'],
    [{ operation: 'reactivate', ids: ['x'] }, '/ids/0'],
    [{ operation: 'reactivate', apply: true, filter: { field: 'role', op: 'eq', value: 'maker' } }, '/apply'],
    [{ operation: 'reactivate', apply: true, ids: Array.from({ length: 201 }, () => uuidv7()) }, '/apply'],
  ]
  for (const [body, pointer, message = /./] of cases) {
    const answer = await admin.post(bulk, body)
    t.equal(answer.statusCode, 400, JSON.stringify(body).slice(0, 200))
    t.match(answer.json().errors, [{ pointer, message }], JSON.stringify(body).slice(0, 200))
  }
})

t.test('each operation needs its permission, for each member, and again when it is applied', async (t) => {
  const { club, admin } = await fresh('Rights')
  const ids = await add(admin, 2)
  t.equal((await (await club.as({ role: 'maker' })).post(bulk, { operation: 'suspend', ids, reason })).statusCode, 403)
  const reader = await club.as({ role: 'admin' })
  for (const operation of ['suspend', 'reactivate', 'changeRole', 'tag', 'delete'])
    t.equal((await reader.post(bulk, { operation, ids, reason, parameters: {} })).statusCode, 403, operation)
  t.equal((await reader.post(bulk, { operation: 'export', ids })).statusCode, 201)
  const suspender = await club.as({ permissions: ['members.read', 'members.suspend'] })
  const plan = (await suspender.post(bulk, { operation: 'suspend', ids, reason })).json()
  t.equal((await suspender.post(bulk, { operation: 'delete', ids })).statusCode, 403)
  await suspender.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })
  await club.unit(async (tx) => {
    await tx.query(
      `UPDATE core.role SET permissions = '{members.read}' WHERE tenant_id = $1 AND 'members.suspend' = ANY(permissions)`,
      [tx.tenantId],
    )
    tx.accessChanged()
  })
  await platform.settle()
  t.match((await admin.get(`${bulk}/${plan.id}`)).json(), {
    result: { changed: 0, skipped: 2 },
    problems: [{ reason: /permission/ }],
  })
  t.same(await statuses(admin, ids), ['active', 'active'])
})

t.test('nobody gives a role he does not hold, nor takes one he does not hold', async (t) => {
  const { club, admin } = await fresh('Roles')
  const [plain, boss] = await add(admin, 2)
  await admin.patch(`/api/v1/members/${boss}`, { role: 'makerspace_admin' })
  await link(club, boss!)
  const editor = await club.as({ permissions: ['members.read', 'members.update'] })
  const up = (
    await editor.post(bulk, { operation: 'changeRole', ids: [plain], parameters: { role: 'makerspace_admin' } })
  ).json()
  t.match(up, { counts: { change: 0, conflict: 1 }, problems: [{ memberId: plain, reason: /do not hold the role/ }] })
  const down = (
    await editor.post(bulk, { operation: 'changeRole', ids: [plain, boss], parameters: { role: 'service_provider' } })
  ).json()
  t.match(down, { counts: { change: 1, conflict: 1 }, problems: [{ memberId: boss, reason: /present role/ }] })
})

t.test('of all administrators at once one has to stay', async (t) => {
  const { club, admin } = await fresh('Admins')
  const ids = await add(admin, 3)
  for (const id of ids) {
    await admin.patch(`/api/v1/members/${id}`, { role: 'makerspace_admin' })
    await link(club, id)
  }
  for (const operation of ['suspend', 'delete', 'changeRole'] as const) {
    const parameters = operation === 'changeRole' ? { role: 'maker' } : {}
    const plan = (await admin.post(bulk, { operation, ids, parameters, reason })).json()
    t.match(plan, { counts: { change: 2, conflict: 1 }, problems: [{ reason: /last administrator/ }] }, operation)
  }
  const applied = (await admin.post(bulk, { operation: 'suspend', ids, reason, apply: true })).json()
  t.match(applied, { result: { changed: 2 } })
  t.equal((await statuses(admin, ids)).filter((status) => status === 'active').length, 1)
  const some = (await admin.post(bulk, { operation: 'suspend', ids: ids.slice(0, 1), reason })).json()
  t.match(some.counts, { total: 1 })
})

t.test('an operation of one organisation touches nothing of another', async (t) => {
  const here = await fresh('Here')
  const there = await fresh('There')
  const theirs = await add(there.admin, 2)
  const plan = (await here.admin.post(bulk, { operation: 'delete', ids: theirs, apply: true })).json()
  t.match(plan, { counts: { change: 0, conflict: 2 } })
  t.same(await statuses(there.admin, theirs), ['active', 'active'])
  for (const path of ['', '/rows', '/file'])
    t.equal((await there.admin.get(`${bulk}/${plan.id}${path}`)).statusCode, 404)
  t.equal((await there.admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })).statusCode, 404)
  t.equal((await there.admin.post(`${bulk}/${plan.id}/cancel`)).statusCode, 404)
})

t.test('a repeated request with the same key is one operation', async (t) => {
  const { admin } = await fresh('Key')
  const ids = await add(admin, 1)
  const key = { 'idempotency-key': 'k' }
  const first = await admin.post(bulk, { operation: 'suspend', ids, reason, apply: true }, key)
  const second = await admin.post(bulk, { operation: 'suspend', ids, reason, apply: true }, key)
  t.equal(second.body, first.body)
  t.equal(second.headers['idempotency-replayed'], 'true')
})
