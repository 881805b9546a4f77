import { definePlugin } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import { signIn, startTestPlatform, type TestTenant } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'
import { memberRegistered, membersService } from '#plugins/members/refs.ts'
import { tokenHash } from '#plugins/members/service/registration.ts'
import { insertRegistration, setRegistration } from '#plugins/members/sql/registrations.ts'
import { meanwhile } from '../../support/meanwhile.ts'

const mails: { email: string; link: string }[] = []
/** Sends what the mail plugin will send. */
const postman = definePlugin({
  id: 'postman',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Postman',
  dependsOn: { members: '^1.0.0' },
  uses: { members: membersService },
  config: { schema: Type.Object({}) },
  permissions: {},
  events: (e) =>
    e.on(memberRegistered, 'postman.confirm', async (ctx, { payload }) => {
      const mail = await ctx.transaction((tx) => ctx.use.members.confirmationLink(tx, payload.registrationId))
      if (mail) mails.push(mail)
    }),
})
const platform = await startTestPlatform({ plugins: [membersPlugin, postman], now: new Date('2026-03-10T12:00:00Z') })
t.teardown(() => platform.close())
const open = (name: string) => platform.tenant(name, { plugins: { members: { selfRegistration: true }, postman: {} } })
const ask = async (club: TestTenant, body: object) =>
  (await club.as('anonymous')).post(`/api/v1/registrations?organization=${club.slug}`, body)
const tokenOf = async () => {
  await platform.settle()
  return mails.at(-1)!.link.split('#')[1]!
}

t.test('it is off until an organisation switches it on', async (t) => {
  const club = await platform.tenant('Closed')
  t.equal((await ask(club, { lastName: 'A', email: 'a@example.org' })).statusCode, 404)
  t.equal(
    (
      await (
        await club.as('anonymous')
      ).post('/api/v1/registrations?organization=nowhere', { lastName: 'A', email: 'a@example.org' })
    ).statusCode,
    404,
  )
})

t.test('a confirmed registration is a pending member without rights, whom staff accept', async (t) => {
  const club = await open('Open')
  const admin = await club.admin()
  const stranger = await club.as('anonymous')
  t.equal((await ask(club, { lastName: 'A', email: 'a@example.org', role: 'admin' })).statusCode, 400, 'no role')
  const asked = await ask(club, { firstName: 'Ada', lastName: 'New', email: 'ada@example.org' })
  t.equal(asked.statusCode, 202)
  t.same(asked.json(), { state: 'confirmationSent' })
  t.same((await admin.get('/api/v1/members')).json().items, [], 'nobody before the address is confirmed')

  const token = await tokenOf()
  const url = `/api/v1/registrations/token/${token}`
  t.match((await stranger.get(url)).json(), { organization: 'Open', email: 'ada@example.org' })
  t.equal((await stranger.get(url)).statusCode, 200, 'looking does not consume')
  t.equal((await stranger.post(`${url}/confirm`)).statusCode, 200)
  t.equal((await stranger.post(`${url}/confirm`)).statusCode, 404, 'once')

  const [member] = (await admin.get('/api/v1/members?status=pending')).json().items
  t.match(member, { displayName: 'Ada New', role: 'maker', joinedOn: null })
  const [registration] = (await admin.get('/api/v1/registrations')).json().items
  t.match(registration, { state: 'confirmed', memberId: member.id })
  t.equal((await admin.post(`/api/v1/registrations/${registration.id}/accept`)).json().state, 'accepted')
  t.match((await admin.get(`/api/v1/members/${member.id}`)).json(), { status: 'active', joinedOn: '2026-03-10' })
  t.equal((await admin.post(`/api/v1/registrations/${registration.id}/refuse`)).statusCode, 409)
  t.equal((await (await club.as({ role: 'admin' })).get('/api/v1/registrations')).statusCode, 403)
})

t.test('a known address gets the same answer and makes no second member', async (t) => {
  const club = await open('Known')
  const admin = await club.admin()
  await admin.post('/api/v1/members', { lastName: 'Here', email: 'here@example.org' })
  const asked = await ask(club, { lastName: 'Else', email: 'HERE@example.org' })
  t.equal(asked.statusCode, 202)
  t.same(asked.json(), { state: 'confirmationSent' })
  const stranger = await club.as('anonymous')
  t.equal((await stranger.post(`/api/v1/registrations/token/${await tokenOf()}/confirm`)).statusCode, 200)
  t.equal((await admin.get('/api/v1/members?total=true')).json().page.total, 1)
  const [registration] = (await admin.get('/api/v1/registrations')).json().items
  t.match(registration, { state: 'confirmed', memberId: null })
  t.equal((await admin.post(`/api/v1/registrations/${registration.id}/accept`)).statusCode, 409)
  const refused = await admin.post(`/api/v1/registrations/${registration.id}/refuse`)
  t.match(refused.json(), { state: 'refused', profile: {} })
})

t.test('refusing takes nobody away who is a member by now, or was merged into one', async (t) => {
  const club = await open('Twice')
  const admin = await club.admin()
  const stranger = await club.as('anonymous')
  const confirmed = async (lastName: string) => {
    await ask(club, { lastName, email: `${lastName}@example.org`.toLowerCase() })
    await stranger.post(`/api/v1/registrations/token/${await tokenOf()}/confirm`)
    const { id, memberId } = (await admin.get('/api/v1/registrations?state=confirmed')).json().items[0]
    return { url: `/api/v1/registrations/${id}`, memberId }
  }
  const old = (await admin.post('/api/v1/members', { lastName: 'Old', joinedOn: '1999-01-01' })).json().id
  const double = await confirmed('Double')
  const { id, hash } = (await admin.post(`/api/v1/members/${old}/merge`, { loserId: double.memberId })).json()
  t.equal((await admin.post(`/api/v1/members/${old}/merge/${id}/apply`, { hash })).statusCode, 202)
  t.match((await admin.post(`${double.url}/refuse`)).json(), { state: 'refused' })
  t.match((await admin.get(`/api/v1/members/${old}`)).json(), { id: old, joinedOn: '1999-01-01' })

  const deleted = await confirmed('Deleted')
  await admin.delete(`/api/v1/members/${deleted.memberId}`)
  const accepted = (await admin.post(`${deleted.url}/accept`)).json()
  const back = { lastName: 'Deleted', status: 'active' }
  t.match((await admin.get(`/api/v1/members/${accepted.memberId}`)).json(), back, 'staff had deleted him by hand')
})

t.test('what is not confirmed in time is forgotten', async (t) => {
  const club = await open('Late')
  const admin = await club.admin()
  await ask(club, { lastName: 'Late', email: 'late@example.org' })
  const token = await tokenOf()
  await platform.advance(8 * 24 * 3600_000)
  const stranger = await club.as('anonymous')
  t.equal((await stranger.post(`/api/v1/registrations/token/${token}/confirm`)).statusCode, 404)
  await club.unit((tx) => tx.enqueue('members.recomputeStatus', {}))
  await platform.settle()
  t.same((await admin.get('/api/v1/registrations')).json().items, [])
})

t.test('a suspended organisation takes no registration and confirms none', async (t) => {
  const club = await open('Suspended')
  const stranger = await club.as('anonymous')
  const asked = await stranger.inject({
    method: 'POST',
    url: `/api/v1/registrations?organization=${club.slug}`,
    payload: { lastName: 'A', email: 'a@example.org' },
    // The tests before this one have used up what an address may ask.
    remoteAddress: '127.0.0.2',
  })
  t.equal(asked.statusCode, 202)
  const url = `/api/v1/registrations/token/${await tokenOf()}`
  const { call } = await signIn(platform, { globalRole: 'super_admin' })
  await call('POST', `/organizations/${club.id}/suspend`, { reason: 'unpaid' })
  t.same(
    [
      (await stranger.get(url)).statusCode,
      (await stranger.post(`${url}/confirm`)).statusCode,
      (await ask(club, { lastName: 'B', email: 'b@example.org' })).statusCode,
    ],
    [404, 404, 404],
  )
  await call('POST', `/organizations/${club.id}/reactivate`)
  t.equal((await stranger.post(`${url}/confirm`)).statusCode, 200, 'the link is good for later')
})

t.test('an address that is taken while it is confirmed gets the same answer', async (t) => {
  const club = await open('Moment')
  const admin = await club.admin()
  const stranger = await club.as('anonymous')
  // Written here: a stranger may ask five times an hour, and has.
  const [id, token] = [uuidv7(), 'a'.repeat(43)]
  await club.unit(async (tx) => {
    const profile = { lastName: 'Quick', email: 'quick@example.org' }
    await insertRegistration(tx, { id, profile, expiresAt: new Date('2030-01-01') })
    await setRegistration(tx, id, { tokenHash: tokenHash(token) })
  })
  const members = await club.service(membersService)
  const confirmed = await meanwhile(
    club,
    (tx) => members.create(tx, { lastName: 'Quicker', email: 'quick@example.org' }),
    () => stranger.post(`/api/v1/registrations/token/${token}/confirm`),
  )
  t.equal(confirmed.statusCode, 200, confirmed.body)
  t.match((await admin.get('/api/v1/registrations')).json().items, [{ state: 'confirmed', memberId: null }])
  t.equal((await admin.get('/api/v1/members?total=true')).json().page.total, 1)
})
