import t from 'tap'
import { rows } from '#core/auth/platform-rows.ts'
import { startTestPlatform } from '#core/testing/index.ts'
import { choosePassword, createAccount, sessionOf, signIn } from '../../support/signed-in.ts'
import { until } from '../../support/until.ts'
import { Browser } from './identity-under-test.ts'

/** No mail server is set. */
const platform = await startTestPlatform()
t.teardown(() => platform.close())
const { platform: database } = platform.runtime.database
const word = 'a long and winding password'

async function forget(email: string) {
  const answer = await new Browser(platform.app).submit('/account/forgotten', { email })
  const sql = "SELECT 1 FROM core.platform_audit_event WHERE event = 'auth.password-forgotten'"
  await until('the asking is noted', async () => (await rows(database, sql)).length > 0)
  await platform.settle()
  return answer
}

t.test(
  'without a server the page says whom to ask, the outbox that somebody asked, and the operator makes a link',
  async (t) => {
    const club = await platform.tenant('Club')
    const email = 'ada@example.org'
    await signIn(club, email)
    t.match((await forget(email)).body, /account reset/)
    const admin = await club.admin()
    const { items } = (await admin.get('/api/v1/emails')).json()
    t.match(items, [{ template: 'password-reset', state: 'kept', to: { email } }])
    const { content } = (await admin.get(`/api/v1/emails/${items[0].id}`)).json()
    t.equal(content, null, 'whoever reads the outbox must not take the account over')

    const [made] = await platform.identity.people.resetLinks('Ada@example.org')
    t.same(made!.organizations, [club.slug])
    await choosePassword(platform, made!.link, word)
    t.ok(await sessionOf(platform, email, word))
    await t.rejects(platform.identity.people.resetLinks('nobody@example.org'), /No account/)
  },
)

t.test(
  "an administrator of the platform who belongs nowhere is served by the only organisation's outbox",
  async (t) => {
    const email = 'root@example.org'
    await createAccount(platform, email, 'super_admin')
    await forget(email)
    const waiting = () => rows(database, 'SELECT 1 FROM email.message WHERE email_key = $1', [email])
    await until('the mail waits', async () => (await waiting()).length === 1)
    await platform.tenant('Choir')
    await new Browser(platform.app).submit('/account/forgotten', { email })
    await platform.identity.stop()
    t.equal((await waiting()).length, 1, 'of several nobody chose one')
  },
)

t.test('the link that the operator makes proves nothing, and is good for a day', async (t) => {
  const club = await platform.tenant('Confining')
  const email = 'bea@example.org'
  await platform.identity.people.createAccount({ email, name: 'Bea', confinedTo: club.id })
  const [late] = await platform.identity.people.resetLinks(email)
  await platform.advance(24 * 3_600_000 + 1)
  await t.rejects(choosePassword(platform, late!.link, word), /has ended/)
  const [made] = await platform.identity.people.resetLinks(email)
  await choosePassword(platform, made!.link, word)
  t.match(await rows(database, 'SELECT email_verified, confined_to FROM core.account WHERE email_key = $1', [email]), [
    { email_verified: false, confined_to: club.id },
  ])
})
