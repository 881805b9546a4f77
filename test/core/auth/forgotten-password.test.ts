import t from 'tap'
import { rows } from '#core/auth/platform-rows.ts'
import { startTestPlatform } from '#core/testing/index.ts'
import { PostOffice } from '../../plugins/email/post-office.ts'
import { browserOf, createAccount, password, sessionOf, signIn } from '../../support/signed-in.ts'
import { until } from '../../support/until.ts'
import { actionOf, toForm } from './embedded-account.ts'
import { Browser } from './identity-under-test.ts'

const office = await PostOffice.open()
const platform = await startTestPlatform({ mail: office.settings() })
t.teardown(async () => {
  await platform.close()
  await office[Symbol.asyncDispose]()
})
const { platform: database } = platform.runtime.database
const club = await platform.tenant('Club')
const word = 'a long and winding password'

const noted = () =>
  rows<{ outcome: string; meta: { users: string[] }; address: string }>(
    database,
    "SELECT outcome, meta, address FROM core.platform_audit_event WHERE event = 'auth.password-forgotten' ORDER BY id",
  )
/** Asks, and waits until what follows the answer is done; each asking is noted. */
async function forget(email: string, headers: Record<string, string> = {}) {
  const before = (await noted()).length
  const answer = await platform.app.inject({
    method: 'POST',
    url: '/account/forgotten',
    payload: new URLSearchParams({ email }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  })
  await until('the asking is noted', async () => (await noted()).length > before)
  await platform.settle()
  return answer
}
const linksIn = (email: string): string[] =>
  office.to(email).flatMap(({ mail }) => /http\S+\/account\/password#token=[\w-]+/.exec(mail.text ?? '')?.[0] ?? [])
const tokenOf = (link: string) => link.split('=')[1]!
const choose = (link: string, chosen: string) =>
  new Browser(platform.app).submit('/account/password', { token: tokenOf(link), password: chosen })

t.test('the link in the mail sets a new password once, and ends what the old one opened', async (t) => {
  const email = 'ada@forgetful.example'
  const { session, userId } = await signIn(club, email)
  const other = (await sessionOf(platform, email, password))!
  const page = await toForm(new Browser(platform.app))
  t.match(page.body, 'href="/account/forgotten"', 'the sign-in page leads there')

  t.equal((await forget(' ADA@forgetful.example', { 'accept-language': 'de' })).statusCode, 200)
  const [mail] = office.to(email)
  t.match(mail!.mail.subject, 'Ein neues Passwort für Club')
  const [link] = linksIn(email)
  t.equal((await choose(link!, 'short')).statusCode, 400, 'a password that will not do costs no link')
  t.equal((await choose(link!, word)).statusCode, 200)
  t.equal((await choose(link!, 'another password again')).statusCode, 400, 'once')

  for (const one of [session, other])
    t.equal((await browserOf(club, one).get('/api/v1/members')).statusCode, 401, 'signed out everywhere')
  t.equal(await sessionOf(platform, email, password), null)
  t.ok(await sessionOf(platform, email, word))
  t.match((await noted()).at(-1), { outcome: 'success', meta: { users: [userId] }, address: '127.0.0.0' })
  const set = await rows(
    database,
    "SELECT actor_id FROM core.platform_audit_event WHERE event = 'auth.password-set' AND actor_id = $1",
    [userId],
  )
  t.equal(set.length, 1)
})

t.test('an address that nobody has gets the same answer, as soon, and no mail', async (t) => {
  const email = 'bob@forgetful.example'
  await createAccount(platform, email)
  const before = office.received.length
  const unknown = await forget('nobody@forgetful.example')
  t.match((await noted()).at(-1), { outcome: 'failure', meta: { users: [] } })
  t.equal(office.received.length, before)

  // Nobody can make a link while the table is locked: an answer that waited for one would not come.
  const locking = await database.transaction()
  await rows(database, 'LOCK TABLE core.account_link IN ACCESS EXCLUSIVE MODE', [], locking)
  const known = await platform.app.inject({
    method: 'POST',
    url: '/account/forgotten',
    payload: `email=${encodeURIComponent('ada@forgetful.example')}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  await locking.rollback()
  const alike = ({ statusCode, headers, body }: typeof known) => ({
    statusCode,
    body,
    headers: { ...headers, date: '', 'request-id': '' },
  })
  t.same(alike(known), alike(unknown))
})

t.test('a mailbox gets three mails an hour, and the fourth asking looks like the first', async (t) => {
  const email = 'cem@forgetful.example'
  await signIn(club, email)
  const first = await forget(email)
  await forget(email)
  await forget(email)
  const fourth = await platform.app.inject({
    method: 'POST',
    url: '/account/forgotten',
    payload: `email=${encodeURIComponent(email)}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  t.equal(fourth.body, first.body)
  await platform.identity.stop()
  await platform.settle()
  t.equal(linksIn(email).length, 3)
  t.equal((await choose(linksIn(email)[0]!, word)).statusCode, 400, 'a newer link ends the older ones')
  t.equal((await choose(linksIn(email)[2]!, word)).statusCode, 200)
})

t.test('of two links used at once one counts, and whoever stopped half way through signing in is out', async (t) => {
  const email = 'dan@forgetful.example'
  const { userId } = await signIn(club, email)
  const half = new Browser(platform.app)
  const stopped = await half.submit(actionOf((await toForm(half)).body), { email, password })
  t.equal(stopped.statusCode, 303, 'the password was right')

  await forget(email)
  const [made] = await platform.identity.people.resetLinks(email)
  const [account] = await rows<{ id: string }>(database, 'SELECT id FROM core.account WHERE email_key = $1', [email])
  const first = await platform.identity.people.passwordLink(account!.id)
  t.equal(made!.userId, userId)
  const answers = await Promise.all([made!.link, first].map((link, nth) => choose(link, `the winner is number ${nth}`)))
  t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200, 400]))
  t.equal((await choose(linksIn(email)[0]!, word)).statusCode, 400, 'the link in the mail ended with them')

  let last = stopped
  for (let i = 0; i < 6 && last.headers.location; i++) last = await half.get(String(last.headers.location))
  t.notOk(half.cookies.has('sid'), 'the sign-in with the old password comes to nothing')
})

t.test('each account of an address gets a mail in its own name, and using one proves the address', async (t) => {
  const email = 'eve@forgetful.example'
  const choir = await platform.tenant('Choir')
  const { accountId } = await platform.identity.people.createAccount({ email, name: 'Eve', confinedTo: choir.id })
  await choir.unit(async (tx) =>
    platform.identity.people.affiliate(tx, (await platform.identity.people.resetLinks(email))[0]!.userId),
  )
  await signIn(club, email)
  await forget(email)
  const subjects = office.to(email).map(({ mail }) => mail.subject)
  t.same(new Set(subjects), new Set(['A new password for Choir', 'A new password for Club']))
  const ofChoir = office.to(email).find(({ mail }) => mail.subject?.includes('Choir'))!
  t.equal((await choose(/http\S+token=[\w-]+/.exec(ofChoir.mail.text ?? '')![0], word)).statusCode, 200)
  t.match(
    await rows(database, 'SELECT email_verified, confined_to, twin FROM core.account WHERE id = $1', [accountId]),
    [{ email_verified: true, confined_to: null, twin: true }],
  )
})

t.test('the organisation can neither read such a mail, nor word it, send one, or hold it back', async (t) => {
  const email = 'fay@forgetful.example'
  await signIn(club, email)
  const admin = await club.admin()
  await admin.post('/api/v1/email-suppressions', { email })
  await forget(email, { host: 'evil.example', 'x-forwarded-host': 'evil.example' })
  const [link] = linksIn(email)
  t.match(link, /^http:\/\/localhost:8000\//, "the platform's own address, whatever the request claims")
  const { items } = (await admin.get('/api/v1/emails?template=password-reset&email=fay@forgetful.example')).json()
  t.match(items, [{ state: 'sent' }])
  t.equal((await admin.get(`/api/v1/emails/${items[0].id}`)).json().content, null)

  const texts = { en: { subject: 'Hi', html: '{{ link }}', text: '{{ link }}' } }
  const worded = await admin.put('/api/v1/email-templates/password-reset', { texts })
  t.match(worded.json(), { status: 400, errors: [{ code: 'fixed' }] })
  const trail = await rows(
    database,
    'SELECT 1 FROM core.platform_audit_event WHERE meta::text LIKE $1 OR meta::text LIKE $2',
    [`%${tokenOf(link!)}%`, `%${email}%`],
  )
  t.same(trail, [], 'the trail has neither the link nor the address')
})

t.test('with e-mail off in one organisation another one writes; in none nobody does', async (t) => {
  const [silent, loud] = [await platform.tenant('Silent'), await platform.tenant('Loud')]
  const email = 'gus@forgetful.example'
  const { userId } = await signIn(silent, email)
  await silent.disable('email')
  await forget(email)
  t.equal(office.to(email).length, 0)
  await loud.unit((tx) => platform.identity.people.affiliate(tx, userId))
  await forget(email)
  t.match(office.to(email)[0]!.mail.subject, 'Loud')
})

t.test('what is no address is refused, and many askings of one client are', async (t) => {
  const browser = new Browser(platform.app)
  const bad = await browser.submit('/account/forgotten', { email: '<script>@' })
  t.equal(bad.statusCode, 400)
  t.notMatch(bad.body, '<script>@')
  let last = bad.statusCode
  for (let i = 0; i < 40 && last !== 429; i++) last = (await browser.submit('/account/forgotten', {})).statusCode
  t.equal(last, 429)
})
