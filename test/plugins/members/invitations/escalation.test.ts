import { Writable } from 'node:stream'
import { definePlugin, grantSources, wholeOrganization } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'
import { browserOf, choosePassword, sessionOf, signIn } from '../../../support/signed-in.ts'
import { invited, invites, organization, pathOf } from './inviting.ts'

/** Every member tagged "chair" administers: rights that hang on a record, as seats do. */
const chairs = definePlugin({
  id: 'chairs',
  version: '1.0.0',
  sdk: '*',
  title: 'Chairs',
  dependsOn: { members: '*' },
  config: { schema: Type.Object({}) },
  permissions: {},
  contributes: (c) =>
    c.to(grantSources, {
      id: 'chairs',
      ofUser: async (tx, userId) => {
        const found = await tx.query<{ id: string }>(
          `SELECT m.id FROM members.member m JOIN members.keyword k ON k.tenant_id = m.tenant_id AND k.member_id = m.id
            WHERE m.tenant_id = $1 AND m.user_id = $2 AND k.kind = 'tag' AND k.value = 'chair'`,
          [tx.tenantId, userId],
        )
        const grants = found.map(({ id }) => ({
          ...wholeOrganization,
          role: 'chair',
          permissions: ['members.delete'],
          source: { kind: 'seat', id },
        }))
        return { grants, self: null }
      },
    }),
})
const lines: string[] = []
const logTo = new Writable({
  write: (chunk, _encoding, done) => {
    lines.push(String(chunk))
    done()
  },
})
// Passwords are hashed slowly, on purpose.
t.setTimeout(120_000)

const platform = await startTestPlatform({ plugins: [membersPlugin, chairs], logTo })
t.teardown(() => platform.close())

const club = await platform.tenant('Club')
const admin = await club.admin()
const anybody = club.client(null)

t.test('an invitation to a record that carries rights needs those rights', async (t) => {
  const chair = (await admin.post('/api/v1/members', { firstName: 'Chair', tags: ['chair'] })).json()
  const inviter = await club.as({ permissions: ['members.invite', 'members.read', 'members.update'] })
  const taken = await inviter.patch(`/api/v1/members/${chair.id}`, { email: 'eve@example.org' })
  t.equal(taken.statusCode, 200, 'a record without an account is anybody’s to correct')
  const { acceptLink, id } = (await inviter.post(invites, { email: 'eve@example.org', role: 'maker' })).json()
  const answer = await anybody.post(pathOf(acceptLink), { firstName: 'Eve' })
  t.equal(answer.statusCode, 403)
  t.equal((await admin.get(`/api/v1/members/${chair.id}`)).json().userId, null, 'nobody was linked')
  t.match((await admin.get(`${invites}/${id}`)).json(), { status: 'pending' }, 'and nothing was used up')
  const again = (await admin.post(`${invites}/${id}/resend`)).json()
  const letIn = await anybody.post(pathOf(again.acceptLink), {})
  t.equal(letIn.statusCode, 201, 'whoever holds them may')
  t.ok(letIn.json().setPasswordLink, 'the acceptance that failed used nothing up')
})

t.test('an account made through one organisation opens no other', async (t) => {
  const [evil, demo] = [await organization(platform, 'Evil'), await organization(platform, 'Demo')]
  const email = 'victim7@club.de'
  const squatted = (await anybody.post((await invited(evil.admin, { email })).path, {})).json()
  await choosePassword(platform, squatted.setPasswordLink, "the attacker's password")

  const { path } = await invited(demo.admin, { email, role: 'makerspace_admin' })
  const accepted = await anybody.post(path, { firstName: 'Vic', lastName: 'Tim' })
  t.equal(accepted.statusCode, 201)
  const attacker = (await sessionOf(platform, email, "the attacker's password"))!
  t.not((await browserOf(demo.club, attacker).get('/api/v1/members')).statusCode, 200)
  t.equal((await browserOf(evil.club, attacker, { named: false }).get('/api/v1/members/me')).statusCode, 200)

  await choosePassword(platform, accepted.json().setPasswordLink, "the victim's own password")
  const victim = (await sessionOf(platform, email, "the victim's own password"))!
  t.equal((await browserOf(demo.club, victim).get('/api/v1/members')).statusCode, 200)
  t.not((await browserOf(evil.club, victim).get('/api/v1/members/me')).statusCode, 200)

  const third = await organization(platform, 'Third')
  const other = await invited(third.admin, { email, role: 'makerspace_admin' })
  const consent = await browserOf(third.club, attacker, { named: false }).post(other.path, {})
  t.equal(consent.statusCode, 201, 'as if nobody were signed in')
  t.not(
    (await browserOf(third.club, attacker).get('/api/v1/members')).statusCode,
    200,
    'an address is not his by saying so',
  )
})

t.test('an invitation tells nothing of somebody elsewhere, and lets him in nowhere without him', async (t) => {
  const [evil, demo] = [await organization(platform, 'Evil two'), await organization(platform, 'Demo two')]
  const email = 'anna@demo.example'
  const anna = await signIn(demo.club, email)
  const [of, unknown] = await Promise.all(
    [email, 'nobody@demo.example'].map(async (one) =>
      (await anybody.post((await invited(evil.admin, { email: one })).path, {})).json(),
    ),
  )
  t.equal(of.displayName, 'anna')
  t.same(Object.keys(of).sort(), Object.keys(unknown).sort())
  const users = (await evil.admin.get('/api/v1/users')).json().items as { id: string; lastLoginAt: string | null }[]
  t.notOk(users.some(({ id, lastLoginAt }) => id === anna.userId || lastLoginAt !== null))
  const status = (await browserOf(demo.club, anna.session, { named: false }).get('/api/v1/auth/status')).json()
  t.equal(status.currentOrganization, demo.club.id, 'she is in one organisation still')
})

t.test('who is signed in with the invited address is let in with that account', async (t) => {
  const [home, choir] = [await organization(platform, 'Home'), await organization(platform, 'Choir')]
  const carla = await signIn(home.club, 'carla@home.example')
  const { path } = await invited(choir.admin, { email: 'Carla@home.example' })
  const bare = await choir.club.client(null, { cookie: `sid=${carla.session}` }).post(path, {})
  t.equal(bare.statusCode, 403, 'no other page accepts for her')
  const accepted = await browserOf(choir.club, carla.session, { named: false }).post(path, {})
  t.equal(accepted.statusCode, 201)
  t.notOk('setPasswordLink' in accepted.json())
  t.equal((await choir.admin.get(`/api/v1/members/${accepted.json().id}`)).json().userId, carla.userId)
  t.equal((await browserOf(choir.club, carla.session).get('/api/v1/members/me')).statusCode, 200)

  const { path: mistaken } = await invited(choir.admin, { email: 'somebody@else.example' })
  const stranger = await browserOf(choir.club, carla.session, { named: false }).post(mistaken, {})
  t.ok(stranger.json().setPasswordLink, "somebody else's invitation makes somebody else's account")
})

t.test('whoever signs in here already is not taken over by an invitation', async (t) => {
  const { club: here, admin: boss } = await organization(platform, 'Here')
  const dora = await signIn(here, 'dora@here.example')
  const { path } = await invited(boss, { email: 'dora@here.example' })
  t.equal((await anybody.post(path, {})).statusCode, 409)
  t.equal((await browserOf(here, dora.session).post(path, {})).statusCode, 201, 'and it is not used up')
})

t.test('the token stands in no log line and in no problem', async (t) => {
  const { acceptLink } = (await admin.post(invites, { email: 'log@example.org' })).json()
  const token = pathOf(acceptLink).split('/').at(-2)!
  const refused = await anybody.post(pathOf(acceptLink), { role: 'x' })
  t.equal(refused.statusCode, 400)
  t.equal(refused.json().instance, `${invites}/***/accept`)
  for (const url of [pathOf(acceptLink), `${pathOf(acceptLink)}/`, pathOf(acceptLink).replace('/api/v1/', '/api/')])
    await anybody.get(url)
  await anybody.post(pathOf(acceptLink), { firstName: 'L' })
  await anybody.get(pathOf(acceptLink))
  t.ok(lines.some((line) => line.includes('/invites/***/accept')))
  t.notOk(lines.some((line) => line.includes(token)))
  t.notOk(lines.some((line) => line.includes('log@example.org')))
})
