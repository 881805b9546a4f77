import type { Problem } from '@guildhall/sdk'
import t from 'tap'
import { rows } from '#core/auth/platform-rows.ts'
import { Browser, fixture, serveIdentity } from './identity-under-test.ts'

t.test('an invited person gets one account and one link, which proves the address', async (t) => {
  const f = await fixture(t)
  const { identity, app } = await serveIdentity(t, f)
  const both = await Promise.all([
    identity.people.ensureAccount({ email: 'Ada@example.org', name: 'Ada' }),
    identity.people.ensureAccount({ email: 'ada@example.org ', name: 'Ada' }),
  ])
  t.equal(new Set(both.map(({ userId }) => userId)).size, 1)
  const links = both.map(({ setPasswordLink }) => setPasswordLink).filter((link) => link !== null)
  t.equal(links.length, 1, 'the link is given once')
  t.match(links[0], /^http:\/\/localhost:8000\/account\/password#token=/)
  const verified = () => rows(f.platform, 'SELECT email_verified FROM core.account')
  t.same(await verified(), [{ email_verified: false }])
  const token = links[0]!.split('=')[1]!
  f.clock.advance(7 * 86_400_000 + 1)
  t.equal(
    (await new Browser(app).submit('/account/password', { token, password: 'a long password' })).statusCode,
    400,
    'late',
  )
  const [account] = await rows<{ id: string }>(f.platform, 'SELECT id FROM core.account')
  const fresh = (await identity.people.passwordLink(account!.id, { provesAddress: true })).split('=')[1]!
  t.equal(
    (await new Browser(app).submit('/account/password', { token: fresh, password: 'a long password' })).statusCode,
    200,
  )
  t.same(await verified(), [{ email_verified: true }])
})

t.test('an account that an invitation makes belongs to one organisation until its address is proven', async (t) => {
  const f = await fixture(t)
  const { identity, app } = await serveIdentity(t, f)
  const { people } = identity
  const [club, choir] = [await f.organization('club'), await f.organization('choir')]
  const ada = { email: 'ada@example.org', name: 'Ada' }
  const at = (tenant: string, mailed: boolean) => f.work(tenant, (tx) => people.accountHere(tx, { ...ada, mailed }))
  const owns = (tenant: string, userId: string) =>
    f.work(tenant, (tx) => people.ownsAddress(tx, { userId, email: 'ADA@example.org' }))
  const choose = (link: string, password: string) =>
    new Browser(app).submit('/account/password', { token: link.split('=')[1]!, password })

  const shown = await at(club, false)
  t.equal((await choose(shown.setPasswordLink, 'the first password')).statusCode, 200)
  t.equal(await owns(choir, shown.userId), false, 'a link that was shown proves nothing')
  const mailed = await at(choir, true)
  t.not(mailed.userId, shown.userId)
  t.equal((await choose(mailed.setPasswordLink, 'the first password')).statusCode, 400, 'one password, one account')
  t.equal((await choose(mailed.setPasswordLink, 'another password')).statusCode, 200)
  t.equal(await owns(club, mailed.userId), true, 'whoever read the mailbox owns the address')
  t.equal(await owns(club, shown.userId), false)

  const again = await at(club, false)
  t.equal(again.userId, shown.userId)
  const [account] = await rows<{ password_hash: null }>(
    f.platform,
    'SELECT password_hash FROM core.account WHERE confined_to = $1',
    [club],
  )
  t.equal(account!.password_hash, null, 'whoever knew the password of the one left over is out')
  await f.work(club, (tx) => people.affiliate(tx, again.userId))
  t.equal(
    await at(club, false).then(
      () => 201,
      (e: Problem) => e.status,
    ),
    409,
    'somebody here signs in with it',
  )
  const twin = await at(choir, true)
  t.equal((await choose(twin.setPasswordLink, 'a third password')).statusCode, 200)
  t.same(await rows(f.platform, 'SELECT count(*)::int AS n FROM core.account WHERE twin'), [{ n: 1 }])
})

t.test('a user belongs where he was let in, and is seen only there', async (t) => {
  const f = await fixture(t)
  const { identity } = await serveIdentity(t, f)
  const [club, choir] = [await f.organization('club'), await f.organization('choir')]
  const { userId } = await identity.people.ensureAccount({ email: 'ada@example.org', name: 'Ada' })
  await f.work(club, (tx) => identity.people.affiliate(tx, userId))
  await f.work(club, (tx) => identity.people.affiliate(tx, userId))
  const seen = (tenant: string) => f.work(tenant, (tx) => identity.people.affiliated(tx, userId))
  t.match(await seen(club), { id: userId, email: 'ada@example.org', name: 'Ada' })
  t.equal(await seen(choir), null)
  await f.work(club, (tx) => identity.people.unaffiliate(tx, userId))
  t.equal(await seen(club), null)
  t.same(f.changed, [club, club, club], 'each time rights changed')
})

t.test('a global role goes to a verified address, and is written into the trail', async (t) => {
  const f = await fixture(t)
  const { identity } = await serveIdentity(t, f)
  const password = 'a long password'
  await identity.people.createAccount({ email: 'eve@example.org', name: 'Eve', password })
  const ada = await identity.people.createAccount({
    email: 'ada@example.org',
    name: 'Ada',
    password,
    emailVerified: true,
  })
  const status = (email: string) => identity.globalRoles.grant(email, 'super_admin').catch((e: Problem) => e.status)
  t.equal(await status('eve@example.org'), 404, 'not verified')
  t.equal(await status('nobody@example.org'), 404)
  t.same(await status('ADA@example.org'), { userId: ada.userId })
  await identity.globalRoles.grant('ada@example.org', null)
  t.same(await rows(f.platform, 'SELECT event FROM core.platform_audit_event ORDER BY id'), [
    { event: 'auth.global-role-granted' },
    { event: 'auth.global-role-taken' },
  ])
  const again = await identity.people
    .createAccount({ email: 'ada@example.org', name: 'x' })
    .catch((e: Problem) => e.status)
  t.equal(again, 409)
})
