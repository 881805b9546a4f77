import type { Page } from 'playwright-core'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { noChromium, openBrowser, publicUrl, signIn, violations, visit } from '../../e2e/chromium.ts'
import { PostOffice } from '../../plugins/email/post-office.ts'
import { until } from '../../support/until.ts'

// Passwords are hashed as slowly as for real.
t.setTimeout(240_000)

const [first, second, third] = ['a long and winding password', 'quite another long one', 'and the last of them all']

t.test('from the set-up link to a colleague who forgot the password', { skip: noChromium }, async (t) => {
  await using office = await PostOffice.open()
  await using platform = await startTestPlatform({ mail: office.settings() })
  await platform.tenant('Rowing Club', { slug: 'rowing-club' })
  const { setupUrl } = await platform.identity.prepare()
  const browser = await openBrowser(platform)
  t.teardown(() => browser.close())
  const pressed = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click()
  const seen = async (page: Page, title: string) => {
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    t.same(await violations(page), [], title)
  }
  const followed = new Set<string>()
  /** Of a mail whose link nobody followed yet: the one asked for may still be on its way. */
  const linkTo = async (email: string, part: string): Promise<string> => {
    const found = () =>
      office
        .to(email)
        .flatMap(({ mail }) => mail.text?.match(/http:\S+/g) ?? [])
        .findLast((link) => link.includes(part) && !followed.has(link))
    await until(`a link with ${part}`, async () => {
      await platform.settle()
      return found() !== undefined
    })
    const link = found()!
    followed.add(link)
    return link
  }

  const { page, complaints } = await visit(t, browser)
  await t.test('the administrator sets the platform up, signs in and invites', async (t) => {
    await page.goto(setupUrl!)
    await seen(page, 'Set up Guildhall')
    t.notMatch(page.url(), 'token', 'the token leaves the address bar')
    await page.getByLabel('E-mail address').fill('ada@example.org')
    await page.getByLabel('Name').fill('Ada')
    await page.getByLabel('New password').fill(first)
    await pressed(page, 'Create')
    await seen(page, 'The administrator is created')
    await pressed(page, 'Sign in')
    await seen(page, 'Sign in')
    await signIn(page, { email: 'ada@example.org', password: first })
    await seen(page, 'Your account')
    t.ok(await page.getByText('You administer the platform.').isVisible())
    // What a console will do; there is no page for it yet.
    const status = await page.evaluate(`fetch('/api/v1/members/invites', { method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf': '1', 'x-organization': 'rowing-club' },
      body: JSON.stringify({ email: 'bob@example.org', message: 'Come along!' }) }).then((answer) => answer.status)`)
    t.equal(status, 201)
  })

  const { page: his, complaints: hisComplaints } = await visit(t, browser, { width: 400 })
  await t.test('the colleague accepts, chooses a password and signs in', async (t) => {
    await his.goto(await linkTo('bob@example.org', '/accept'))
    await seen(his, 'You are invited to Rowing Club')
    await pressed(his, 'Accept the invitation')
    await seen(his, 'You are a member now')
    await his.goto(await linkTo('bob@example.org', '/account/password'))
    await seen(his, 'Choose a password')
    await his.getByLabel('New password').fill('aaaaaaaaaaaaaaaa')
    await pressed(his, 'Save')
    await his.getByRole('alert').waitFor()
    await his.getByLabel('New password').fill(second)
    await pressed(his, 'Save')
    await seen(his, 'The password is saved')
    await pressed(his, 'Sign in')
    await seen(his, 'Sign in')
    await signIn(his, { email: 'bob@example.org', password: second })
    await seen(his, 'Your account')
    t.ok(await his.getByText('You belong to: Rowing Club').isVisible())
    t.ok(await his.getByText('It is confirmed.').isVisible())
  })

  await t.test('he changes it, signs out, forgets it, and gets in again', async (t) => {
    await his.getByLabel('Current password').fill('not it')
    await his.getByLabel('New password').fill(third)
    await pressed(his, 'Save')
    t.match(await his.getByRole('alert').textContent(), 'not right')
    await his.getByLabel('Current password').fill(second)
    await his.getByLabel('New password').fill(third)
    await pressed(his, 'Save')
    t.match(await his.getByRole('status').textContent(), 'is changed')
    t.same(await violations(his), [])
    await pressed(his, 'Sign out')
    await his.getByText('Sign in to see your account.').waitFor()
    await seen(his, 'Your account')
    await pressed(his, 'Sign in')
    await seen(his, 'Sign in')
    await his.getByRole('link', { name: 'Forgot your password?' }).click()
    await seen(his, 'Forgot your password?')
    await his.getByLabel('E-mail address').fill('bob@example.org')
    await pressed(his, 'Send the link')
    t.ok(await his.getByText('is on its way').isVisible())
    await his.goto(await linkTo('bob@example.org', '/account/password'))
    await his.getByLabel('New password').fill(first)
    await pressed(his, 'Save')
    await seen(his, 'The password is saved')
    await pressed(his, 'Sign in')
    await signIn(his, { email: 'bob@example.org', password: first })
    await seen(his, 'Your account')
  })

  await t.test('he sees his other browser and signs it out', async (t) => {
    const { page: phone } = await visit(t, browser, { language: 'de-DE', colours: 'dark' })
    await phone.goto(`${publicUrl}/account`)
    await seen(phone, 'Ihr Konto')
    await pressed(phone, 'Anmelden')
    await signIn(phone, { email: 'bob@example.org', password: first })
    await seen(phone, 'Ihr Konto')
    await his.reload()
    await pressed(his, 'Sign this one out')
    await his.getByRole('status').waitFor()
    await phone.reload()
    t.ok(await phone.getByRole('button', { name: 'Anmelden' }).isVisible())
  })
  const wanted = (one: string) => !/status of (400|401)/.test(one)
  t.same([...complaints, ...hisComplaints].filter(wanted), [], 'the pages are quiet under their policy')
})
