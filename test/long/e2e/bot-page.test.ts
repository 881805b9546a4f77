import t from 'tap'
import type { TestClient, TestTenant } from '#core/testing/index.ts'
import { confirmed, consent, focusIsOn, hangsOver, openPages, pressed, shows } from '../../e2e/bot-club.ts'
import { noChromium, signIn, violations } from '../../e2e/chromium.ts'
import { noticeBot } from '../../e2e/notice-bot.ts'
import { until } from '../../support/until.ts'

const { platform, club, opened } = await openPages(t)
/** Runs what a click has queued. The page asks for it until it has ended. */
const settle = () => platform.settle()

const tags = async (admin: TestClient): Promise<string[]> =>
  (await admin.get('/api/v1/members')).json().items.flatMap((member: { tags: string[] }) => member.tags)
const belong = (tenant: TestTenant, userId: string) =>
  tenant.unit((tx) => tenant.platform.identity.people.affiliate(tx, userId))

t.test('an administrator installs, sets, tries, watches and switches off a bot', { skip: noChromium }, async (t) => {
  const { admin, who } = await club()
  const { page, complaints } = await opened(t, null)
  await signIn(page, who)
  t.ok(
    (await page.getByRole('heading', { level: 1, name: 'Notice board' }).isVisible()) ||
      (await shows(page, 'Notice board')),
  )
  t.equal(await page.locator('html').getAttribute('lang'), 'en')
  t.ok(await shows(page, 'It may give members tags.'), 'rights are sentences')

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
    settings: {
      config: { greeting: 'Hello', tag: 'noticed', token: '********' },
      consent: { actions: ['members.list', 'members.addTag'] },
    },
  })
  t.ok(await shows(page, 'A value is set. Leave this empty to keep it.'), 'a secret does not come back')
  t.same(await violations(page), [])

  await page.getByRole('tab', { name: 'Try' }).click()
  await pressed(page, 'Dry run')
  await shows(page, 'Stop this run')
  await settle()
  t.ok(await shows(page, 'It would do this'))
  t.equal(await page.getByText('Give a member a tag').count(), 3, 'a sentence for each member')
  t.same(await tags(admin), [], 'nothing has happened')
  t.same(await violations(page), [])

  await page.getByRole('tab', { name: 'Runs' }).click()
  await pressed(page, 'Show')
  t.ok(await shows(page, 'Limits used'))
  t.same(await violations(page), [])

  await page.getByRole('tab', { name: 'Logs' }).click()
  t.ok(await shows(page, 'Hello 3'))
  await page.getByRole('tab', { name: 'Try' }).click()
  await pressed(page, 'Run now, for real')
  await confirmed(page, 'Run now, for real')
  await shows(page, 'Stop this run')
  await settle()
  t.ok(await shows(page, 'It did this'))
  t.same(await tags(admin), ['noticed', 'noticed', 'noticed'])

  await pressed(page, 'Switch off')
  t.ok(await shows(page, 'Nothing starts it any more'), 'what happens then')
  await confirmed(page, 'Switch off')
  t.ok(await shows(page, 'The bot is off.'))
  await shows(page, 'This bot is off')
  t.ok(await page.getByRole('button', { name: 'Run now, for real' }).isDisabled(), 'a bot that is off runs for nobody')
  t.match((await admin.get('/api/v1/bots/notice-board')).json(), { enabled: false })
  t.same(complaints, [], 'the console is quiet under the policy')
})

t.test('the page speaks German, fits a phone, and is dark where the browser is', { skip: noChromium }, async (t) => {
  const { session } = await club()
  const { page, complaints } = await opened(t, session, { language: 'de-DE', colours: 'dark', width: 390 })
  t.ok(await shows(page, 'Schwarzes Brett'))
  t.equal(await page.locator('html').getAttribute('lang'), 'de')
  await page.getByLabel('Gruß').fill('H')
  await pressed(page, 'Installieren')
  t.ok(await shows(page, 'Geben Sie mindestens 2 Zeichen ein'), 'the form says in German what is wrong')
  await page.getByLabel('Gruß').fill('Moin')
  await pressed(page, 'Installieren')
  t.ok(await focusIsOn(page.getByLabel('Ich bin einverstanden')), 'what is missing is where one is')
  await page.getByRole('tab', { name: 'Proben' }).click()
  t.ok(await shows(page, 'Installieren Sie den Bot zuerst.'))
  await page.getByRole('tab', { name: 'Einrichten' }).click()
  t.equal(await page.getByLabel('Gruß').inputValue(), 'Moin', 'what was written is still there')
  await page.getByLabel('Ich bin einverstanden').check()
  t.same(await violations(page), [])
  await pressed(page, 'Installieren')
  t.ok(await shows(page, 'Installiert.'))
  t.ok(await focusIsOn(page.getByRole('heading', { level: 1 })))
  t.ok(await shows(page, 'Nächste Läufe'), 'the next runs of its times')
  t.match(
    await page.getByRole('listitem').filter({ hasText: '07:00' }).allInnerTexts(),
    [/^Mo\., /],
    'by their weekday',
  )
  const details = page.locator('details', { hasText: 'Wenn er scheitert' })
  await details.locator('summary').press('Enter')
  await page.getByLabel('Schlagwort').fill('bemerkt')
  await page.getByRole('button', { name: 'Speichern' }).press('Enter')
  await shows(page, 'Gespeichert.')
  t.ok(await focusIsOn(page.getByRole('button', { name: 'Speichern' })), 'where one was')
  t.ok(await details.evaluate((element) => 'open' in element && element.open), 'what was unfolded stays so')
  await page.getByRole('tab', { name: 'Ausprobieren' }).click()
  await pressed(page, 'Probelauf')
  await shows(page, 'Diesen Lauf anhalten')
  await settle()
  t.ok(await shows(page, 'Das würde er tun'))
  await page.getByRole('tab', { name: 'Protokoll' }).click()
  t.ok(await shows(page, 'Moin 3'))
  t.same(await violations(page), [])
  t.equal(await hangsOver(page), 0, 'nothing hangs over the edge of the screen')
  await page.getByRole('button', { name: 'Ausschalten' }).press('Enter')
  const asked = page.getByRole('dialog', { name: '„Schwarzes Brett“ ausschalten?' })
  t.same(await violations(page), [])
  await asked.getByRole('button', { name: 'Ausschalten' }).press('Enter')
  t.ok(await shows(page, 'Der Bot ist ausgeschaltet.'), 'the keyboard switches too')
  await shows(page, 'Dieser Bot ist ausgeschaltet')
  t.ok(await focusIsOn(page.getByRole('heading', { level: 1 })), 'the button has gone')
  t.same(complaints, [])
})

t.test('what the server refuses stands on the page with what to do', { skip: noChromium }, async (t) => {
  const { admin, session } = await club()
  await admin.post('/api/v1/bots/notice-board/configure', { consent, config: { greeting: 'Hello' } })
  const { page } = await opened(t, session)
  await shows(page, 'Save')
  await admin.post('/api/v1/bots/notice-board/configure', { config: { greeting: 'Meanwhile' } })
  await page.getByLabel('Greeting').fill('Mine')
  await pressed(page, 'Save')
  await page.getByRole('alert', { name: /changed/ }).waitFor()
  t.match((await admin.get('/api/v1/bots/notice-board')).json().settings.config, { greeting: 'Meanwhile' })
  await page.reload()
  await shows(page, 'Save')
  const member = page.getByRole('option', { name: 'Kim Behrens' })
  // The page may still be loading what else it shows: then one types again.
  await until('the member is found', async () => {
    await page.getByRole('combobox', { name: 'Member to spare' }).fill('')
    await page.getByRole('combobox', { name: 'Member to spare' }).fill('Behr')
    return member.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    )
  })
  await member.click()
  const [kim] = (await admin.get('/api/v1/members?search=Behrens')).json().items
  await admin.delete(`/api/v1/members/${kim.id}`)
  await pressed(page, 'Save')
  t.ok(await shows(page, /no such member/i), 'the server looks whether it is there')
  t.match(
    await page.getByRole('combobox', { name: 'Member to spare' }).getAttribute('aria-invalid'),
    'true',
    'at its field',
  )
  t.same(await violations(page), [])
})

t.test(
  'a version that asks for more is agreed to before it runs, and a bot goes when somebody is sure',
  { skip: noChromium },
  async (t) => {
    const { admin, session } = await club()
    await admin.post('/api/v1/bots/notice-board/configure', { consent, config: { greeting: 'Hello' } })
    await admin.post('/api/v1/bots', { source: noticeBot('1.1.0', ", 'groups.list'") })
    const { page, complaints } = await opened(t, session, { at: '/bots/notice-board#versions' })
    await pressed(page, 'Upgrade to 1.1.0')
    const asked = page.getByRole('dialog')
    await asked.getByText('It may see the groups of the organisation.').waitFor()
    t.same(await violations(page), [])
    t.match(
      (await admin.get('/api/v1/bots/notice-board')).json(),
      { version: '1.0.0' },
      'the old one goes on until then',
    )
    await asked.getByRole('button', { name: 'I agree' }).click()
    t.ok(await shows(page, 'Upgraded.'))
    t.match((await admin.get('/api/v1/bots/notice-board')).json(), { version: '1.1.0' })
    await pressed(page, /Roll back/)
    t.ok(await shows(page, 'Rolled back.'))
    await pressed(page, 'Uninstall')
    await page.getByRole('dialog').getByRole('button', { name: 'Uninstall' }).click()
    await page.waitForURL(/\/bots$/)
    t.ok(await shows(page, 'Not installed'))
    t.same(await violations(page), [], 'the list')
    t.match((await admin.get('/api/v1/bots/notice-board')).json(), { installed: false })
    // The browser notes the refusal that asked for consent.
    t.same(
      complaints.filter((said) => !said.includes('409')),
      [],
    )
  },
)

t.test(
  'who may only look is shown the bot and no button; who is in two clubs chooses',
  { skip: noChromium },
  async (t) => {
    const { admin, session, userId } = await club({ role: 'admin', name: 'First' })
    const second = await club({ name: 'Second' })
    await belong(second.tenant, userId)
    await admin.post('/api/v1/bots/notice-board/configure', { consent, config: { greeting: 'Hello' } })
    const { page } = await opened(t, session, { at: '/bots' })
    await page.getByRole('combobox', { name: 'Choose the organisation' }).click()
    await page.getByRole('option', { name: 'First' }).click()
    await page.getByRole('link', { name: 'Notice board' }).click()
    t.ok(await shows(page, 'What it may do'))
    for (const name of ['Save', 'Switch off']) t.equal(await page.getByRole('button', { name }).count(), 0, name)
    await page.getByRole('tab', { name: 'Try' }).click()
    t.ok(await shows(page, 'You may look at this bot, not start it.'))
  },
)

t.test('who waits is told so, also who only hears the page', { skip: noChromium }, async (t) => {
  const { session } = await club()
  const { page } = await opened(t, session, { at: '/bots' })
  await shows(page, 'Notice board')
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  await page.route('**/api/v1/bots?**', async (route) => {
    await answered
    await route.continue()
  })
  await page.reload()
  await page.getByRole('status', { name: 'Loading' }).waitFor()
  t.same(await violations(page), [])
  answer()
  t.ok(await shows(page, 'Notice board'))
})
