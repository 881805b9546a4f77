import t from 'tap'
import { rows } from '#core/auth/platform-rows.ts'
import { actionOf, password, signIn, toForm, withAccount } from './embedded-account.ts'
import { Browser } from './identity-under-test.ts'

t.test('a wrong pair, an unknown address and a locked account look alike', async (t) => {
  const { app, f } = await withAccount(t)
  const browser = new Browser(app)
  const action = actionOf((await toForm(browser)).body)
  const attempt = (email: string, word: string) => browser.submit(action, { email, password: word })
  const wrong = await attempt('ada@example.org', 'not the password')
  t.equal(wrong.statusCode, 401)
  t.match(wrong.body, /role="alert"/)
  const unknown = await attempt('nobody@example.org', 'not the password')
  t.equal(unknown.body.replaceAll('nobody@', 'ada@'), wrong.body)
  for (let i = 0; i < 4; i++) await attempt('ada@example.org', 'not the password')
  const locked = await attempt('ada@example.org', password)
  t.equal(locked.statusCode, 401)
  t.equal(locked.body, wrong.body)
  f.clock.advance(61_000)
  t.equal((await attempt('ada@example.org', password)).statusCode, 303, 'after a minute it opens')
})

t.test('guesses that come all at once lock the account as those that come one by one', async (t) => {
  const { app, f } = await withAccount(t)
  const browser = new Browser(app)
  const action = actionOf((await toForm(browser)).body)
  const attempt = (word: string) => browser.submit(action, { email: 'ada@example.org', password: word })
  await Promise.all(Array.from({ length: 10 }, (_one, n) => attempt(`guess number ${n}`)))
  t.equal((await attempt(password)).statusCode, 401, 'the right one comes too late')
  t.same(await rows(f.platform, 'SELECT failed_logins FROM core.account'), [{ failed_logins: 5 }])
})

t.test('a sign-in with one account is no failure of another with the same address', async (t) => {
  const { app, f, identity } = await withAccount(t)
  const club = await f.organization('club')
  const other = 'another long password'
  await identity.people.createAccount({ email: 'ada@example.org', name: 'Ada', password: other, confinedTo: club })
  const browser = new Browser(app)
  for (let i = 0; i < 6; i++) t.equal((await signIn(browser, 'ada@example.org', other)).statusCode, 303)
  t.same(await rows(f.platform, 'SELECT DISTINCT failed_logins, locked_until FROM core.account'), [
    { failed_logins: 0, locked_until: null },
  ])
})

t.test('many failures from one network stop it', async (t) => {
  const { app, f } = await withAccount(t)
  for (let i = 0; i < 50; i++) await f.cache.increment('login-failures:127.0.0.0', 600_000)
  const answer = await signIn(new Browser(app), 'ada@example.org')
  t.equal(answer.statusCode, 429)
})
