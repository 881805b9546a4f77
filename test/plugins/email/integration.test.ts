import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'

/** No server is set: what would go out is kept, and can be read. */
const platform = await startTestPlatform()
t.teardown(() => platform.close())

const day = 86_400_000
type Club = Awaited<ReturnType<typeof platform.tenant>>
const kept = async (club: Club, template: string) => {
  await platform.settle()
  const admin = await club.admin()
  const { items } = (await admin.get(`/api/v1/emails?template=${template}`)).json() as { items: { id: string }[] }
  return Promise.all(items.map(async ({ id }) => (await admin.get(`/api/v1/emails/${id}`)).json()))
}
const member = async (club: Club, more: object = {}) =>
  (
    await (
      await club.admin()
    ).post('/api/v1/members', {
      firstName: 'Maria',
      lastName: 'Velázquez',
      email: 'maria@example.org',
      ...more,
    })
  ).json() as { id: string }

t.test('without a server mails stay in the outbox with their words, and nothing fails', async (t) => {
  const club = await platform.tenant('Makers')
  const admin = await club.admin()
  const { acceptLink } = (await admin.post('/api/v1/members/invites', { email: 'a@example.org' })).json()
  const [mail] = await kept(club, 'invitation')
  t.match(mail, { state: 'kept', attempts: 0, failures: [], subject: 'You are invited to Makers' })
  t.match(mail.content.text, acceptLink)
  const reader = await club.as({ permissions: ['email.read'] })
  t.equal((await reader.get(`/api/v1/emails/${mail.id}`)).json().content, null, 'links are for those who may read them')
})

t.test('a new member is welcomed once, when staff say so, in his language', async (t) => {
  const club = await platform.tenant('Welcoming')
  await member(club, { sendWelcome: true, language: 'de' })
  await member(club, { email: 'quiet@example.org', firstName: 'Quiet' })
  t.match(await kept(club, 'welcome'), [{ to: { email: 'maria@example.org' }, subject: 'Willkommen bei Welcoming!' }])
})

t.test('whoever accepts an invitation is welcomed, and told where his password is chosen', async (t) => {
  const club = await platform.tenant('Accepting')
  const { acceptLink } = (
    await (await club.admin()).post('/api/v1/members/invites', { email: 'new@accepting.example' })
  ).json()
  const accepted = await platform.app.inject({
    method: 'POST',
    url: new URL(acceptLink).pathname,
    payload: { firstName: 'Ada' },
  })
  t.equal(accepted.statusCode, 201, accepted.body)
  t.equal((await kept(club, 'welcome')).length, 1, 'two events, one mail')
  const [link] = await kept(club, 'account-link')
  t.match(link.content.text, accepted.json().setPasswordLink)
})

t.test('a suspended member reads the reason, unless nobody is to be told', async (t) => {
  const club = await platform.tenant('Strict')
  const admin = await club.admin()
  const { id } = await member(club)
  await admin.post(`/api/v1/members/${id}/suspend`, { reason: 'Fees <unpaid>' })
  const [mail] = await kept(club, 'suspension')
  t.match(mail.content.text, 'Fees <unpaid>')
  t.match(mail.content.html, 'Fees &lt;unpaid&gt;')
  await admin.post(`/api/v1/members/${id}/reactivate`)
  await admin.post(`/api/v1/members/${id}/suspend`, { reason: 'Again', notify: false })
  t.equal((await kept(club, 'suspension')).length, 1)
})

t.test('mails and the invitation of a member who is merged into another are found at that one', async (t) => {
  const club = await platform.tenant('Merging')
  const admin = await club.admin()
  const { acceptLink } = (await admin.post('/api/v1/members/invites', { email: 'double@example.org' })).json()
  const accepted = await club.client(null).post(new URL(acceptLink).pathname, { lastName: 'Double' })
  const { id: loserId } = accepted.json()
  await platform.settle()
  const { id: winnerId } = await member(club)
  const { id, hash } = (await admin.post(`/api/v1/members/${winnerId}/merge`, { loserId })).json()
  const { moved } = (await admin.post(`/api/v1/members/${winnerId}/merge/${id}/apply`, { hash })).json()
  const { items } = (await admin.get(`/api/v1/emails?memberId=${winnerId}`)).json()
  t.ok(items.some(({ template }: { template: string }) => template === 'welcome'))
  t.equal(moved.mails, items.length)
  t.match((await admin.get('/api/v1/members/invites?status=accepted')).json().items, [{ memberId: winnerId }])
})

t.test('a membership that ends is announced once, and again when its end moves', async (t) => {
  const club = await platform.tenant('Reminding')
  const admin = await club.admin()
  const { id } = await member(club)
  const { items } = (await admin.get('/api/v1/members/plans')).json()
  const on = (days: number) => new Date(platform.clock.now().getTime() + days * day).toISOString().slice(0, 10)
  const started = await admin.post('/api/v1/memberships', { memberId: id, planId: items[0].id, validUntil: on(20) })
  t.equal(started.statusCode, 201, started.body)
  const remind = () => club.unit((tx) => tx.enqueue('plans.remind', {}))
  await remind()
  const [mail] = await kept(club, 'expiry-reminder')
  t.match(mail.content.text, items[0].name)
  await remind()
  t.equal((await kept(club, 'expiry-reminder')).length, 1)
  const membership = started.json()
  const moved = await admin.patch(`/api/v1/memberships/${membership.id}/periods/${membership.periods[0].id}`, {
    validUntil: on(25),
  })
  t.equal(moved.statusCode, 200, moved.body)
  await remind()
  t.equal((await kept(club, 'expiry-reminder')).length, 2)
  await admin.post(`/api/v1/memberships/${membership.id}/renew`, {})
  await remind()
  t.equal((await kept(club, 'expiry-reminder')).length, 2, 'whoever stays is not reminded')
})

t.test('with e-mail switched off everything else goes on', async (t) => {
  const club = await platform.tenant('Silent')
  await club.disable('email')
  const admin = await club.admin()
  const invited = await admin.post('/api/v1/members/invites', { email: 'b@example.org' })
  t.equal(invited.statusCode, 201)
  await member(club, { sendWelcome: true })
  t.same((await platform.drain()).failures, [])
  t.equal((await admin.get('/api/v1/emails')).statusCode, 404)
})

t.test('no address and no word of a mail stands in the trail or in an event', async (t) => {
  const club = await platform.tenant('Discreet')
  const admin = await club.admin()
  await admin.post('/api/v1/members/invites', { email: 'secret@discreet.example', message: 'whisper' })
  await platform.drain()
  const all = await club.unit((tx) =>
    tx.query(
      'SELECT e.payload::text AS text FROM core.event e WHERE e.tenant_id = $1 UNION ALL SELECT a.meta::text FROM core.audit_event a WHERE a.tenant_id = $1',
      [tx.tenantId],
    ),
  )
  t.notMatch(JSON.stringify(all), /discreet\.example|whisper/)
})
