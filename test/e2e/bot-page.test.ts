import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { startTestPlatform, type TestPlatform, type TestTenant } from '#core/testing/index.ts'
import { createAccount, password } from '../support/signed-in.ts'
import { noChromium, openBrowser, publicUrl, signIn, violations, visit } from './chromium.ts'
import { noticeBot } from './notice-bot.ts'

if (noChromium) t.comment(noChromium)

/** A club with three members and a published bot, and somebody who may set it. */
async function club(platform: TestPlatform, o: { role?: string; name?: string } = {}) {
  const tenant = await platform.tenant(o.name ?? 'Club')
  const admin = await tenant.admin()
  const email = `${tenant.slug}@example.org`
  const userId = await createAccount(platform, email)
  await belong(tenant, userId)
  await admin.post('/api/v1/grants', { userId, role: o.role ?? 'makerspace_admin' })
  for (const lastName of ['Ahlers', 'Behrens', 'Carstens']) await admin.post('/api/v1/members', { firstName: 'Kim', lastName })
  await admin.post('/api/v1/groups', { name: 'Rowing' })
  const answer = await admin.post('/api/v1/bots', { source: noticeBot() })
  if (answer.statusCode !== 201) throw new Error(answer.body)
  return { tenant, admin, userId, who: { email, password } }
}

const belong = (tenant: TestTenant, userId: string) =>
  tenant.unit(async (tx) => void (await tenant.platform.identity.people.affiliate(tx, userId)))

const platform = await startTestPlatform()
t.teardown(() => platform.close())
await platform.app.sites[0]?.freshen()
const browser = noChromium ? null : await openBrowser(platform)
t.teardown(() => browser?.close())

/** The page of the bot, behind the sign-in. */
async function opened(
  t: Test,
  who: { email: string; password: string },
  o: Parameters<typeof visit>[2] & { at?: string } = {},
) {
  const visited = await visit(t, browser!, o)
  await visited.page.goto(`${publicUrl}${o.at ?? '/bots/notice-board'}`)
  await signIn(visited.page, who)
  return visited
}

/** Runs what a click has queued. The page asks for it until it has ended. */
const settle = () => platform.settle()
const pressed = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()
const shows = async (page: Page, text: string | RegExp) => {
  const there = page.getByText(text).first()
  await there.waitFor({ timeout: 10_000 }).catch(async (cause: unknown) => {
    throw new Error(`"${text}" is not on the page, which says: ${await page.locator('body').innerText()}`, { cause })
  })
  return true
}

t.test('an administrator installs, sets, tries, watches and switches off a bot', { skip: noChromium }, async (t) => {
  const { admin, who } = await club(platform)
  const { page, complaints } = await opened(t, who)
  t.ok(await page.getByRole('heading', { level: 1, name: 'Notice board' }).isVisible() || (await shows(page, 'Notice board')))
  t.equal(await page.locator('html').getAttribute('lang'), 'en')
  t.ok(await shows(page, 'It may change: Give a member a tag.'), 'rights are sentences')

  await page.getByLabel('Greeting').fill('H')
  await page.getByLabel('Tag', { exact: false }).first().fill('noticed')
  await pressed(page, 'Install')
  t.ok(await shows(page, 'Enter at least 2 characters'), 'a wrong value is told at its field')
  t.match((await admin.get('/api/v1/bots/notice-board')).json(), { installed: false })

  await page.getByLabel('Greeting').fill('Hello')
  await pressed(page, 'Install')
  t.ok(await shows(page, 'Agree to what it may do first.'), 'nothing is installed without consent')
  await page.getByLabel('I agree').check()
  await page.getByLabel('Token of the board').fill('hush-hush')
  await pressed(page, 'Install')
  t.ok(await shows(page, 'Installed.'))
  const set = (await admin.get('/api/v1/bots/notice-board')).json()
  t.match(set, {
    installed: true,
    enabled: true,
    settings: { config: { greeting: 'Hello', tag: 'noticed', token: '********' }, consent: { actions: ['members.list', 'members.addTag'] } },
  })
  t.ok(await shows(page, 'A value is set. Leave this empty to keep it.'), 'a secret does not come back')
  t.same(await violations(page), [])

  await page.getByRole('tab', { name: 'Try' }).click()
  await pressed(page, 'Dry run')
  await shows(page, 'Running')
  await settle()
  t.ok(await shows(page, 'It would do this'))
  t.equal(await page.getByText('Give a member a tag').count(), 3, 'a sentence for each member')
  t.match((await admin.get('/api/v1/members?tags=noticed')).json().items, [], 'nothing has happened')
  t.same(await violations(page), [])

  await page.getByRole('tab', { name: 'Runs' }).click()
  await pressed(page, 'Show')
  t.ok(await shows(page, 'Limits used'))
  t.same(await violations(page), [])

  await page.getByRole('tab', { name: 'Logs' }).click()
  t.ok(await shows(page, 'Hello 3'))
  await page.getByRole('tab', { name: 'Try' }).click()
  await pressed(page, 'Run now, for real')
  await settle()
  t.ok(await shows(page, 'It did this'))

  await page.getByRole('switch', { name: 'The bot works' }).click()
  t.ok(await shows(page, 'The bot is off.'))
  t.match((await admin.get('/api/v1/bots/notice-board')).json(), { enabled: false })
  t.same(complaints, [], 'the console is quiet under the policy')
})
