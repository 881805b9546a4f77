import { isProblem } from '@guildhall/sdk'
import t from 'tap'
import { type SignedIn, signIn, startTestPlatform } from '#core/testing/index.ts'
import { type NewNotification, notificationsService } from '#plugins/email/refs.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())

const hour = 3_600_000
type Club = Awaited<ReturnType<typeof platform.tenant>>
const tell = async (club: Club, o: NewNotification) => {
  const service = await club.service(notificationsService)
  return club.unit((tx) => service.send(tx, o))
}
const inbox = async (who: SignedIn, query = '') => (await who.call('GET', `/notifications${query}`)).json().items
const mailed = async (club: Club) => {
  await platform.settle()
  return (await (await club.admin()).get('/api/v1/emails?template=notification')).json().items
}
const failure = (more: Partial<NewNotification> & Pick<NewNotification, 'to'>): NewNotification => ({
  kind: 'bots.failed',
  title: 'A bot failed',
  text: 'Five times',
  link: '/bots/weekly',
  ...more,
})

t.test('everybody has an inbox of his own, and sees no other', async (t) => {
  const club = await platform.tenant('Inboxes')
  const [maria, otto] = [await signIn(platform, { at: club }), await signIn(platform, { at: club })]
  t.equal(await tell(club, failure({ to: { users: [maria!.userId] } })), 1)
  const [one] = await inbox(maria!)
  t.match(one, { kind: 'bots.failed', title: 'A bot failed', link: '/bots/weekly', readAt: null, alert: false })
  t.same(await inbox(otto!), [])
  t.equal((await otto!.call('POST', `/notifications/${one.id}/read`)).statusCode, 404)
  t.equal((await maria!.call('POST', `/notifications/${one.id}/read`)).statusCode, 200)
  t.match((await maria!.call('GET', '/notifications/unread')).json(), { unread: 0 })
  t.same(await inbox(maria!, '?unread=true'), [])
  t.equal((await maria!.call('POST', `/notifications/${one.id}/unread`)).json().readAt, null)
  t.match((await maria!.call('POST', '/notifications/read-all')).json(), { read: 1 })
})

t.test('users of another organisation are not told, and links lead nowhere else', async (t) => {
  const [club, other] = [await platform.tenant('Here'), await platform.tenant('There')]
  const stranger = await signIn(platform, { at: other! })
  t.equal(await tell(club!, failure({ to: { users: [stranger.userId] } })), 0)
  const refused = await tell(club!, failure({ to: {}, link: '//evil.example' })).catch((e: unknown) => e)
  t.ok(isProblem(refused) && refused.status === 400)
})

t.test('roles and members are told through their accounts', async (t) => {
  const club = await platform.tenant('Roles')
  const maria = await signIn(platform, { at: club })
  const admin = await club.admin()
  const { id } = (
    await admin.post('/api/v1/members', { firstName: 'Maria', role: 'admin', userId: maria.userId })
  ).json()
  await club.unit((tx) =>
    tx.query('UPDATE members.member SET user_id = $3 WHERE tenant_id = $1 AND id = $2', [
      tx.tenantId,
      id,
      maria.userId,
    ]),
  )
  t.equal(await tell(club, failure({ to: { roles: ['admin'], members: [id], users: [maria.userId] } })), 1, 'once each')
  t.equal((await inbox(maria)).length, 1)
})

t.test('of two with one key the second renews what nobody has read', async (t) => {
  const club = await platform.tenant('Keys')
  const maria = await signIn(platform, { at: club })
  const to = { users: [maria.userId] }
  await tell(club, failure({ to, key: 'bot:1', severity: 'warning' }))
  await tell(club, failure({ to, key: 'bot:1', severity: 'warning', title: 'It failed again' }))
  t.match(await inbox(maria), [{ title: 'It failed again' }])
  t.equal((await mailed(club)).length, 1, 'and makes no second mail')
  await maria.call('POST', '/notifications/read-all')
  await tell(club, failure({ to, key: 'bot:1' }))
  t.equal((await inbox(maria)).length, 2)
})

t.test('what is serious comes by mail, until somebody wants it otherwise', async (t) => {
  const club = await platform.tenant('Settings')
  const maria = await signIn(platform, { at: club })
  const to = { users: [maria.userId] }
  await tell(club, failure({ to }))
  t.equal((await mailed(club)).length, 0)
  await tell(club, failure({ to, severity: 'critical' }))
  t.equal((await mailed(club)).length, 1)
  const put = await maria.call('PUT', '/notification-settings/bots.failed', { inbox: false, mail: false })
  t.equal(put.statusCode, 200, put.body)
  t.match((await maria.call('GET', '/notification-settings')).json().items, [{ kind: 'bots.failed', inbox: false }])
  t.equal(await tell(club, failure({ to, severity: 'critical' })), 0)
  t.equal((await inbox(maria)).length, 2)
})

t.test('an alert comes again until one of those who were told acknowledges it', async (t) => {
  const club = await platform.tenant('Alerts')
  const [maria, otto] = [await signIn(platform, { at: club }), await signIn(platform, { at: club })]
  await tell(club, failure({ to: { users: [maria!.userId, otto!.userId] }, severity: 'critical', repeatHours: 2 }))
  await maria!.call('POST', '/notifications/read-all')
  const hourly = () => club.unit((tx) => tx.enqueue('email.hourly', {}))
  await hourly()
  t.equal((await mailed(club)).length, 2)
  await platform.advance(2 * hour + 1000)
  await hourly()
  t.equal((await mailed(club)).length, 4)
  const [again] = await inbox(maria!)
  t.match(again, { round: 2, readAt: null, alert: true })
  t.ok((await otto!.call('POST', `/notifications/${(await inbox(otto!))[0].id}/acknowledge`)).json().acknowledgedAt)
  await platform.advance(2 * hour + 1000)
  await hourly()
  t.equal((await mailed(club)).length, 4)
  t.ok((await inbox(maria!))[0].acknowledgedAt, 'for everybody')
})

t.test('a token that is nobody has an empty inbox', async (t) => {
  const club = await platform.tenant('Tokens')
  const admin = await club.admin()
  t.same((await admin.get('/api/v1/notifications')).json().items, [])
  t.equal((await admin.put('/api/v1/notification-settings/x', { inbox: true, mail: true })).statusCode, 404)
})

t.test('an open inbox shows what comes, as it comes', async (t) => {
  const club = await platform.tenant('Streams')
  const maria = await signIn(platform, { at: club })
  const since = platform.clock.now().toISOString()
  await tell(club, failure({ to: { users: [maria.userId] } }))
  const address = await platform.app.listen({ port: 0, host: '127.0.0.1' })
  const leaving = new AbortController()
  const response = await fetch(`${address}/api/v1/notifications`, {
    headers: { ...maria.headers, accept: 'text/event-stream', 'last-event-id': since },
    signal: leaving.signal,
  })
  t.equal(response.headers.get('content-type')?.split(';')[0], 'text/event-stream')
  const { value } = await response.body!.getReader().read()
  t.match(new TextDecoder().decode(value), /event: notification\ndata: .*"title":"A bot failed"/)
  leaving.abort()
})
