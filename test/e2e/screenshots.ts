// `npm run docs:screenshots`: takes the pictures of docs/bots/for-administrators.md anew, from the page as it is.
import { join } from 'node:path'
import { startTestPlatform } from '#core/testing/index.ts'
import { createAccount, password } from '../support/signed-in.ts'
import { project } from '../support/source-tree.ts'
import { noChromium, openBrowser, publicUrl, signIn } from './chromium.ts'
import { noticeBot } from './notice-bot.ts'

if (noChromium) throw new Error(noChromium)
const picture = (name: string) => ({ path: join(project, 'docs/images', `${name}.png`) })

await using platform = await startTestPlatform()
await platform.app.sites[0]?.freshen()
const club = await platform.tenant('Rowing Club', { slug: 'rowing-club' })
const admin = await club.admin()
const email = 'kim@example.org'
const userId = await createAccount(platform, email)
await club.unit((tx) => platform.identity.people.affiliate(tx, userId))
await admin.post('/api/v1/grants', { userId, role: 'makerspace_admin' })
for (const lastName of ['Ahlers', 'Behrens', 'Carstens'])
  await admin.post('/api/v1/members', { firstName: 'Kim', lastName })
await admin.post('/api/v1/bots', { source: noticeBot() })
await platform.settle()

const browser = await openBrowser(platform)
try {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 820, height: 1000 },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(`${publicUrl}/bots/notice-board`)
  await signIn(page, { email, password })
  await page.getByText('Next runs').waitFor()
  await page.getByLabel('Greeting').fill('Hello')
  await page.screenshot(picture('bot-set-up'))
  await page.getByLabel('I agree').check()
  await page.getByRole('button', { name: 'Install' }).click()
  await page.getByText('Installed.').waitFor()
  await page.getByText('Installed.').waitFor({ state: 'detached' })
  await page.getByRole('tab', { name: 'Try' }).click()
  await page.getByRole('button', { name: 'Dry run' }).click()
  await page.getByText('Running').waitFor()
  await platform.settle()
  await page.getByText('It would do this').waitFor()
  await page.setViewportSize({ width: 820, height: 760 })
  await page.screenshot(picture('bot-dry-run'))
} finally {
  await browser.close()
}
