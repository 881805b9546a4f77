import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'
import { invited, invites, organization, pathOf } from './inviting.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin] })
t.teardown(() => platform.close())

const fresh = (name: string, o: object = {}) => organization(platform, name, o)
const { club, admin } = await fresh('Club')
const anybody = club.client(null)

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
  const provider = await invited(admin, { email: 'provider@example.org', role: 'service_provider' })
  const german = await anybody.get(provider.path, { ...accept, 'accept-language': 'de' })
  t.match(german.body, 'Rolle: Dienstleister')
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

t.test('an account that exists elsewhere is neither used nor told of', async (t) => {
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
  t.same(Object.keys(two).sort(), Object.keys(one).sort())
  t.equal(two.displayName, 'both', 'its name was told to somebody else')
  const userOf = async (at: typeof first, { id }: { id: string }) =>
    (await at.admin.get(`/api/v1/members/${id}`)).json().userId
  t.not(await userOf(first, one), await userOf(second, two))
})

t.test('of twenty who accept at once one does', async (t) => {
  const { path } = await invited(admin, { email: 'race@example.org' })
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => anybody.post(path, { firstName: 'Ra', lastName: 'Ce' })),
  )
  const codes = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)
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

t.test('required custom fields do not keep the invited out', async (t) => {
  const { admin: boss } = await fresh('Fields')
  const field = { key: 'shoe', title: 'Shoe size', type: 'integer', required: true }
  t.equal((await boss.post('/api/v1/custom-fields', field)).statusCode, 201)
  const { path } = await invited(boss, { email: 'shoe@example.org' })
  t.equal((await anybody.post(path, { firstName: 'S' })).statusCode, 201)
})

t.test('who may no longer invite vouches for nobody, even where he holds the role', async (t) => {
  const { club: there } = await fresh('Demoted')
  const inviter = await there.as({ permissions: ['members.invite', 'members.read', 'members.update'] })
  const { path } = await invited(inviter, { email: 'demoted@example.org', role: 'maker' })
  const hold = (permissions: string) =>
    there.unit(async (tx) => {
      await tx.query('UPDATE core.role SET permissions = $2 WHERE tenant_id = $1', [tx.tenantId, permissions])
      tx.accessChanged()
    })
  await hold('{members.read,members.update}')
  t.equal((await anybody.post(path, { firstName: 'D' })).statusCode, 403)
  await hold('{members.invite,members.read,members.update}')
  t.equal((await anybody.post(path, { firstName: 'D' })).statusCode, 201)
})
