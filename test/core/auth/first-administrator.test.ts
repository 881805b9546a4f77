import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { rows } from '#core/auth/platform-rows.ts'
import { arrive, password, signIn } from './embedded-account.ts'
import { Browser, fixture, serveIdentity } from './identity-under-test.ts'

t.test('the first start prints a set-up link, which makes one administrator and dies', async (t) => {
  const f = await fixture(t)
  const { identity, app } = await serveIdentity(t, f)
  const browser = new Browser(app)
  const early = await browser.post('/api/v1/auth/login', {})
  t.equal(early.statusCode, 503, 'nobody can sign in yet')
  t.match(early.json(), { type: /setup-required/ })

  const { setupUrl } = await identity.prepare()
  t.match(setupUrl, /^http:\/\/localhost:8000\/setup#token=[\w-]{43}$/)
  const file = join(f.dataDir, 'setup-link')
  t.equal((await readFile(file, 'utf8')).trim(), setupUrl)
  t.equal((await stat(file)).mode & 0o777, 0o600)
  const again = await identity.prepare()
  t.not(again.setupUrl, setupUrl, 'a new start makes a new link')

  const page = await browser.get('/setup')
  t.equal(page.statusCode, 200)
  t.match(page.headers['content-security-policy'], /default-src 'none'/)
  t.notMatch(page.body, /<script src|http:\/\/|https:\/\//, 'nothing is loaded')

  const claim = (token: string, email: string) => browser.submit('/setup', { token, email, name: 'Ada', password })
  const old = await claim(setupUrl!.split('=')[1]!, 'eve@example.org')
  t.equal(old.statusCode, 400, 'the link of the start before has ended')
  const token = again.setupUrl!.split('=')[1]!
  const answers = await Promise.all(['ada', 'bob', 'cem'].map((name) => claim(token, `${name}@example.org`)))
  t.same(
    answers.map((a) => a.statusCode).toSorted((a, b) => a - b),
    [200, 400, 400],
    'of three at once one wins',
  )
  t.same(await rows(f.platform, 'SELECT global_role FROM core.app_user'), [{ global_role: 'super_admin' }])
  t.same((await identity.prepare()).setupUrl, null)
  await t.rejects(stat(file))
})

t.test('a weak password is refused before the link is used up', async (t) => {
  const f = await fixture(t)
  const { identity, app } = await serveIdentity(t, f)
  const token = (await identity.prepare()).setupUrl!.split('=')[1]!
  const browser = new Browser(app)
  for (const weak of ['short', 'aaaaaaaaaaaaaaaa', 'ada.lovelace-12345']) {
    const answer = await browser.submit('/setup', {
      token,
      email: 'ada.lovelace@example.org',
      name: 'Ada',
      password: weak,
    })
    t.equal(answer.statusCode, 400, weak)
  }
  const fine = await browser.submit('/setup', { token, email: 'ada.lovelace@example.org', name: 'Ada', password })
  t.equal(fine.statusCode, 200)
})

t.test('BOOTSTRAP_ADMIN_* makes the administrator once, who has to choose a password of his own', async (t) => {
  const f = await fixture(t)
  const settings = { bootstrapAdminEmail: 'root@example.org', bootstrapAdminPassword: 'from the environment' }
  const { identity, app } = await serveIdentity(t, f, { settings })
  t.equal((await identity.prepare()).setupUrl, null)
  t.equal((await identity.prepare()).setupUrl, null)
  const browser = new Browser(app)
  const answer = await signIn(browser, 'root@example.org', 'from the environment')
  t.equal(answer.statusCode, 303)
  const token = /#token=(.+)$/.exec(String(answer.headers.location))?.[1] ?? ''
  t.equal((await browser.submit('/account/password', { token, password })).statusCode, 200)
  t.equal((await browser.submit('/account/password', { token, password })).statusCode, 400, 'once')
  const done = await arrive(browser, await signIn(browser, 'root@example.org'))
  t.equal(done.headers.location, '/members')
})
