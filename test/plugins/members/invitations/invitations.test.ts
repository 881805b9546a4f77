import { createHash } from 'node:crypto'
import t from 'tap'
import { startTestPlatform, type TestClient, type TestTenant } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin] })
t.teardown(() => platform.close())

const invites = '/api/v1/members/invites'
const day = 86_400_000
/** The path of the link, as somebody follows it. */
const pathOf = (link: string): string => new URL(link).pathname
const club = await platform.tenant('Club')
const admin = await club.admin()
const anybody = club.client(null)

async function invited(by: TestClient, body: object): Promise<{ id: string; path: string; token: string }> {
  const answer = await by.post(invites, body)
  if (answer.statusCode !== 201) throw new Error(answer.body)
  const path = pathOf(answer.json().acceptLink)
  return { id: answer.json().id, path, token: path.split('/').at(-2)! }
}
const fresh = async (name: string, o: object = {}): Promise<{ club: TestTenant; admin: TestClient }> => {
  const there = await platform.tenant(name, o)
  return { club: there, admin: await there.admin() }
}

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

t.test('the link shows what is offered, and looking uses nothing up', async (t) => {
  const { path } = await invited(admin, { email: 'look@example.org', message: '<b>Hi</b>' })
  for (let i = 0; i < 3; i++) {
    const answer = await anybody.get(path)
    t.equal(answer.statusCode, 200)
    t.match(answer.json(), { organization: { name: 'Club' }, role: 'maker', plan: null, message: '<b>Hi</b>' })
    t.notMatch(answer.body, /look@example/)
  }
  t.equal((await anybody.post(path, { firstName: 'Lo', lastName: 'Ok' })).statusCode, 201)
})

t.test('a browser gets a page with one button, and a page when it has pressed it', async (t) => {
  const { path } = await invited(admin, { email: 'page@example.org', message: '<b>Hi</b>' })
  const accept = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
  const shown = await anybody.get(path, accept)
  t.match(shown.headers, {
    'content-type': /text\/html/,
    'referrer-policy': 'no-referrer',
    'content-security-policy': /form-action 'self'/,
  })
  t.match(shown.body, new RegExp(`<form method="post" action="${path}"><button>`))
  t.match(shown.body, '&lt;b&gt;Hi&lt;/b&gt;')
  const done = await anybody.inject({
    method: 'POST',
    url: path,
    headers: { ...accept, 'content-type': 'application/x-www-form-urlencoded' },
    payload: '',
  })
  t.equal(done.statusCode, 201)
  t.match(done.body, /account\/password#token=/)
  const again = await anybody.get(path, accept)
  t.equal(again.statusCode, 404)
  t.match(again.headers['content-type'], /text\/html/)
  const unknown = await anybody.get(`${invites}/${'x'.repeat(43)}/accept`, accept)
  t.equal(unknown.body, again.body, 'unknown and used look alike')
})

t.test('accepting makes an active member with an account, linked and affiliated', async (t) => {
  const { id, path } = await invited(admin, { email: 'Grace@example.org', role: 'service_provider' })
  const answer = await anybody.post(path, { firstName: 'Grace', lastName: 'Hopper' })
  t.equal(answer.statusCode, 201)
  const member = answer.json()
  t.match(member, {
    displayName: 'Grace Hopper',
    email: 'Grace@example.org',
    role: 'service_provider',
    status: 'active',
  })
  t.match(member.setPasswordLink, /\/account\/password#token=/)
  t.notOk('notes' in member, "staff's fields are not shown")
  t.equal(answer.headers.location, `/api/v1/members/${member.id}`)
  const record = (await admin.get(`/api/v1/members/${member.id}`)).json()
  t.ok(record.userId)
  const [affiliation] = await club.unit((tx) =>
    tx.query('SELECT 1 FROM core.affiliation WHERE tenant_id = $1 AND user_id = $2', [tx.tenantId, record.userId]),
  )
  t.ok(affiliation)
  t.match((await admin.get(`${invites}/${id}`)).json(), { status: 'accepted', memberId: member.id })
  const events = await club.unit((tx) =>
    tx.query<{ payload: object }>(
      "SELECT payload FROM core.event WHERE tenant_id = $1 AND name = 'members.inviteAccepted'",
      [tx.tenantId],
    ),
  )
  t.ok(events.some(({ payload }) => JSON.stringify(payload).includes(id)))
  t.ok((await club.audit()).some(({ action, targetId }) => action === 'members.inviteAccepted' && targetId === id))
  t.match((await admin.get(`/api/v1/members/${member.id}/activities`)).body, /inviteAccepted/)
})

t.test('accepting links the member who is there without an account, and keeps what staff wrote', async (t) => {
  const made = (
    await admin.post('/api/v1/members', {
      firstName: 'Mary',
      lastName: 'Jackson',
      email: 'mary@example.org',
      notes: 'secret note',
    })
  ).json()
  const { path } = await invited(admin, { email: 'MARY@example.org', role: 'service_provider' })
  const member = (await anybody.post(path, { firstName: 'Mallory' })).json()
  t.match(member, { id: made.id, displayName: 'Mary Jackson', role: 'service_provider', status: 'active' })
  t.notMatch(JSON.stringify(member), /secret note/)
  t.equal(
    (await admin.post(invites, { email: 'mary@example.org' })).statusCode,
    409,
    'who has an account needs no invitation',
  )
})

t.test('an account that exists elsewhere is used, and no password link is given for it', async (t) => {
  const first = await fresh('First')
  const one = (
    await anybody.post((await invited(first.admin, { email: 'both@example.org' })).path, {
      firstName: 'Both',
      lastName: 'Clubs',
    })
  ).json()
  t.ok(one.setPasswordLink)
  const second = await fresh('Second')
  const two = (await anybody.post((await invited(second.admin, { email: 'both@example.org' })).path, {})).json()
  t.notOk('setPasswordLink' in two, 'nobody gets into an existing account by an invitation')
  t.equal(two.displayName, 'Both Clubs', 'called as the account is')
  t.not(two.id, one.id)
})

t.test('of twenty who accept at once one does', async (t) => {
  const { path } = await invited(admin, { email: 'race@example.org' })
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => anybody.post(path, { firstName: 'Ra', lastName: 'Ce' })),
  )
  const codes = answers.map(({ statusCode }) => statusCode).toSorted()
  t.same(codes, [201, ...Array.from({ length: 19 }, () => 404)])
  t.equal((await admin.get('/api/v1/members?email=race@example.org&total=true')).json().page.total, 1)
})

t.test('unknown, used, cancelled, expired and replaced tokens get the same answer', async (t) => {
  const other = await fresh('Same')
  const used = await invited(other.admin, { email: 'used@example.org' })
  await anybody.post(used.path, { firstName: 'U' })
  const cancelled = await invited(other.admin, { email: 'cancelled@example.org' })
  t.equal((await other.admin.delete(`${invites}/${cancelled.id}`)).statusCode, 204)
  const replaced = await invited(other.admin, { email: 'replaced@example.org' })
  t.equal((await other.admin.post(`${invites}/${replaced.id}/resend`)).statusCode, 200)
  const expired = await invited(other.admin, { email: 'expired@example.org' })
  await other.club.unit((tx) =>
    tx.query(`UPDATE members.invitation SET expires_at = $3 WHERE tenant_id = $1 AND id = $2`, [
      tx.tenantId,
      expired.id,
      tx.now(),
    ]),
  )
  const paths = [
    used.path,
    cancelled.path,
    replaced.path,
    expired.path,
    `${invites}/${'A'.repeat(43)}/accept`,
    `${invites}/%20/accept`,
  ]
  for (const method of ['GET', 'POST'] as const) {
    const answers = await Promise.all(
      paths.map((url) =>
        anybody.inject({ method, url, ...(method === 'POST' ? { payload: { firstName: 'X' } } : {}) }),
      ),
    )
    const shown = new Set(
      answers.map((answer) => JSON.stringify({ ...answer.json(), requestId: '', status: answer.statusCode })),
    )
    t.equal(shown.size, 1, [...shown].join('\n'))
    t.match([...shown][0], /"status":404/)
  }
})

t.test('who accepts says names and nothing else', async (t) => {
  const { path } = await invited(admin, { email: 'mass@example.org' })
  const attempts = [
    { role: 'makerspace_admin' },
    { email: 'eve@example.org' },
    { userId: 'x' },
    { status: 'active' },
    { notes: 'x' },
    { tenantId: club.id },
    { planId: club.id },
  ]
  for (const extra of attempts) {
    const answer = await anybody.post(path, { firstName: 'M', ...extra })
    t.equal(answer.statusCode, 400, JSON.stringify(extra))
    t.match(answer.json().errors, [{ pointer: `/${Object.keys(extra)[0]}` }])
  }
  const member = (await anybody.post(path, { firstName: 'M' })).json()
  t.match(member, { role: 'maker', email: 'mass@example.org' })
})

t.test('an invitation of one organisation does nothing in another', async (t) => {
  const { club: other, admin: otherAdmin } = await fresh('Other')
  const { id, path } = await invited(admin, { email: 'cross@example.org' })
  for (const call of [
    otherAdmin.get(`${invites}/${id}`),
    otherAdmin.post(`${invites}/${id}/resend`),
    otherAdmin.delete(`${invites}/${id}`),
  ])
    t.equal((await call).statusCode, 404)
  t.notMatch((await otherAdmin.get(`${invites}?status=pending,accepted,cancelled,expired`)).body, /cross@example/)
  const answer = await other.client(otherAdmin.token, { 'x-organization': other.slug }).post(path, { firstName: 'C' })
  t.equal(answer.statusCode, 201)
  t.equal((await otherAdmin.get('/api/v1/members?email=cross@example.org')).json().items.length, 0)
  t.equal((await admin.get('/api/v1/members?email=cross@example.org')).json().items.length, 1)
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

t.test('rights are asked again when it is accepted', async (t) => {
  const { club: there } = await fresh('Lost')
  const inviter = await there.as({ role: 'makerspace_admin' })
  const { path } = await invited(inviter, { email: 'late@example.org', role: 'makerspace_admin' })
  await there.unit(async (tx) => {
    await tx.query(`UPDATE core.api_token SET role = 'admin' WHERE tenant_id = $1`, [tx.tenantId])
    tx.accessChanged()
  })
  t.equal((await anybody.post(path, { firstName: 'Late' })).statusCode, 403)
  await there.unit((tx) =>
    tx.query(`UPDATE core.api_token SET role = 'makerspace_admin', revoked_at = now() WHERE tenant_id = $1`, [
      tx.tenantId,
    ]),
  )
  t.equal((await anybody.post(path, { firstName: 'Late' })).statusCode, 403, 'somebody revoked holds nothing')
  const boss = await there.admin()
  t.equal((await boss.get('/api/v1/members?email=late@example.org')).json().items.length, 0, 'nothing was made')
  const { id } = (await boss.get(invites)).json().items[0]
  const again = await boss.post(`${invites}/${id}/resend`)
  t.equal(
    (await anybody.post(pathOf(again.json().acceptLink), { firstName: 'Late' })).statusCode,
    201,
    'who sends it again vouches for it',
  )
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

t.test('required custom fields do not keep the invited out', async (t) => {
  const { admin: boss } = await fresh('Fields')
  await boss.post('/api/v1/members/custom-fields', { key: 'shoe', title: 'Shoe size', type: 'integer', required: true })
  const { path } = await invited(boss, { email: 'shoe@example.org' })
  t.equal((await anybody.post(path, { firstName: 'S' })).statusCode, 201)
})
