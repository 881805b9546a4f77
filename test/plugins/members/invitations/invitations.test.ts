import { createHash } from 'node:crypto'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'
import { invited, invites, organization, pathOf } from './inviting.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin] })
t.teardown(() => platform.close())

const fresh = (name: string, o: object = {}) => organization(platform, name, o)
const day = 86_400_000
const { club, admin } = await fresh('Club')
const anybody = club.client(null)

t.test('an invitation carries its link once, and keeps only the hash', async (t) => {
  const answer = await admin.post(invites, { email: 'Ada@Example.org', role: 'maker', message: 'Come in' })
  t.equal(answer.statusCode, 201)
  const body = answer.json()
  t.match(body, { email: 'Ada@Example.org', role: 'maker', status: 'pending', resendCount: 0, message: 'Come in' })
  t.match(body.acceptLink, /^http:\/\/localhost:8000\/api\/v1\/members\/invites\/[\w-]{43}\/accept$/)
  t.equal(answer.headers.location, `${invites}/${body.id}`)
  const token = pathOf(body.acceptLink).split('/').at(-2)!
  const kept = await club.unit((tx) =>
    tx.query<{ row: string }>('SELECT i::text AS row FROM members.invitation i WHERE tenant_id = $1', [tx.tenantId]),
  )
  t.notOk(
    kept.some(({ row }) => row.includes(token)),
    'the token stands nowhere',
  )
  t.ok(kept.some(({ row }) => row.includes(createHash('sha256').update(token).digest('hex'))))
  for (const url of [invites, `${invites}/${body.id}`]) {
    const listed = (await admin.get(url)).body
    t.notMatch(listed, /acceptLink/)
    t.notMatch(listed, token)
  }
  t.ok((await club.audit()).some(({ action, targetId }) => action === 'members.invited' && targetId === body.id))
})

t.test('whoever invites gives no more than he holds', async (t) => {
  const { club: there, admin: boss } = await fresh('Rights')
  const inviter = await there.as({
    permissions: ['members.invite', 'members.readInvites', 'members.read', 'members.update'],
  })
  t.equal(
    (await inviter.post(invites, { email: 'm@example.org', role: 'maker' })).statusCode,
    201,
    'what a maker may he may',
  )
  const refused = await inviter.post(invites, { email: 'a@example.org', role: 'makerspace_admin' })
  t.equal(refused.statusCode, 403)
  t.equal((await boss.post(invites, { email: 'a@example.org', role: 'nobody' })).statusCode, 400)
  t.equal(
    (await boss.post(invites, { email: 'a@example.org', role: 'super_admin' })).statusCode,
    400,
    'no role of an organisation',
  )
  const high = await invited(boss, { email: 'high@example.org', role: 'makerspace_admin' })
  t.equal((await inviter.post(`${invites}/${high.id}/resend`)).statusCode, 403, 'sending again would give him the link')
  t.equal((await anybody.get(high.path)).statusCode, 200, 'and did not end it')
  const reader = await there.as({ role: 'admin' })
  t.equal((await reader.post(invites, { email: 'r@example.org' })).statusCode, 403)
  t.equal((await reader.get(invites)).statusCode, 200)
  t.equal((await (await there.as({ role: 'maker' })).get(invites)).statusCode, 403)
})

t.test('it ends after the days the organisation sets', async (t) => {
  const { club: there, admin: boss } = await fresh('Days', { settings: { inviteExpiryDays: 2 } })
  const { id, path } = await invited(boss, { email: 'slow@example.org' })
  await platform.advance(2 * day - 1000)
  t.equal((await anybody.get(path)).statusCode, 200)
  await platform.advance(2000)
  t.equal((await anybody.get(path)).statusCode, 404)
  const again = await there.admin()
  t.equal((await again.get(invites)).json().items.length, 0)
  t.match((await again.get(`${invites}?status=expired`)).json().items, [{ id, status: 'expired' }])
  t.match((await again.post(`${invites}/${id}/resend`)).json(), { status: 'pending', resendCount: 1 })
})

t.test('it is sent again three times a day, each time with a new token', async (t) => {
  const { id, token } = await invited(admin, { email: 'again@example.org' })
  const tokens = new Set([token])
  for (let i = 1; i <= 3; i++) {
    const answer = await admin.post(`${invites}/${id}/resend`)
    t.match(answer.json(), { resendCount: i })
    tokens.add(pathOf(answer.json().acceptLink))
  }
  t.equal(tokens.size, 4)
  const refused = await admin.post(`${invites}/${id}/resend`)
  t.equal(refused.statusCode, 429)
  t.ok(Number(refused.headers['retry-after']) > 86_000)
})

t.test('at most twenty invitations an hour and inviter, also when they come at once', async (t) => {
  const { club: there, admin: boss } = await fresh('Many')
  const codes = await Promise.all(
    Array.from({ length: 24 }, (_, i) =>
      boss.post(invites, { email: `n${i}@example.org` }).then(({ statusCode }) => statusCode),
    ),
  )
  t.equal(codes.filter((code) => code === 201).length, 20)
  t.equal(codes.filter((code) => code === 429).length, 4)
  const refused = await boss.post(invites, { email: 'more@example.org' })
  t.ok(Number(refused.headers['retry-after']) > 3000)
  t.equal(
    (await (await there.admin()).post(invites, { email: 'colleague@example.org' })).statusCode,
    201,
    'counted by inviter',
  )
  await platform.advance(3_601_000)
  t.equal((await boss.post(invites, { email: 'more@example.org' })).statusCode, 201)
})

t.test('the list shows pending ones unless asked, and one address waits once', async (t) => {
  const { admin: boss } = await fresh('List')
  const first = await invited(boss, { email: 'one@example.org' })
  t.equal((await boss.post(invites, { email: 'ONE@example.org' })).statusCode, 409)
  const second = await invited(boss, { email: 'two@example.org' })
  await boss.delete(`${invites}/${second.id}`)
  t.same((await boss.get(`${invites}?total=true`)).json().page, { nextCursor: null, total: 1 })
  t.match((await boss.get(`${invites}?status=cancelled`)).json().items, [{ id: second.id }])
  t.equal((await boss.get(`${invites}?status=pending,cancelled&sort=email`)).json().items[0].id, first.id)
  t.equal((await boss.delete(`${invites}/${second.id}`)).statusCode, 204, 'twice changes nothing')
  t.equal((await boss.delete(`${invites}/${first.id}`, { 'if-match': '"v7"' })).statusCode, 412)
  t.equal((await boss.post(invites, { email: 'two@example.org' })).statusCode, 201, 'a cancelled one makes room')
})

t.test('one address waits once, also when several invite at once or an old one is sent again', async (t) => {
  const { club: there, admin: boss } = await fresh('Once', { settings: { inviteExpiryDays: 2 } })
  const inviters = [boss, await there.admin(), await there.admin(), await there.admin()]
  const codes = await Promise.all(
    inviters.map((one) => one.post(invites, { email: 'one@example.org' }).then(({ statusCode }) => statusCode)),
  )
  t.same(
    codes.toSorted((a, b) => a - b),
    [201, 409, 409, 409],
  )
  const [old] = (await boss.get(invites)).json().items
  await platform.advance(3 * day)
  const later = await there.admin()
  const fresher = await invited(later, { email: 'one@example.org' })
  t.equal((await later.post(`${invites}/${old.id}/resend`)).statusCode, 409)
  await later.delete(`${invites}/${fresher.id}`)
  t.equal((await later.post(`${invites}/${old.id}/resend`)).statusCode, 200)
})

t.test('a repeated request with the same key sends nothing twice and repeats no link', async (t) => {
  const key = { 'idempotency-key': 'once' }
  const first = await admin.post(invites, { email: 'key@example.org' }, key)
  const second = await admin.post(invites, { email: 'key@example.org' }, key)
  t.equal(second.statusCode, 201)
  t.equal(second.json().id, first.json().id)
  t.ok(first.json().acceptLink)
  t.notOk('acceptLink' in second.json())
  const kept = await club.unit((tx) =>
    tx.query<{ body: string }>('SELECT body FROM core.idempotency WHERE tenant_id = $1', [tx.tenantId]),
  )
  t.notMatch(JSON.stringify(kept), pathOf(first.json().acceptLink).split('/').at(-2))
})
