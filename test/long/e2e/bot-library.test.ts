import type { Page } from 'playwright-core'
import t from 'tap'
import { demoGroups, demoMembers } from '#core/cli/demo/demo-people.ts'
import { startTestPlatform } from '#core/testing/index.ts'
import { confirmed, hangsOver, pressed, shows } from '../../e2e/bot-club.ts'
import { noChromium, openBrowser, publicUrl, violations, visit } from '../../e2e/chromium.ts'
import { signIn } from '../../support/signed-in.ts'
import { until } from '../../support/until.ts'

t.setTimeout(400_000)

/** What the page says in each language, as far as it is pressed or read here. */
const said = {
  de: {
    locale: 'de-DE',
    agree: 'Ich bin einverstanden',
    install: 'Installieren',
    installed: 'Installiert.',
    tryIt: 'Ausprobieren',
    dryRun: 'Probelauf',
    stop: 'Diesen Lauf anhalten',
    done: 'Probelauf: Erledigt',
    runs: 'Läufe',
    off: 'Ausschalten',
    isOff: 'Der Bot ist ausgeschaltet.',
    english: /\b(Only|Leave|Members|Value|Steps|Rules|Roles|Template)\b/,
  },
  en: {
    locale: 'en-GB',
    agree: 'I agree',
    install: 'Install',
    installed: 'Installed.',
    tryIt: 'Try',
    dryRun: 'Dry run',
    stop: 'Stop this run',
    done: 'Dry run: Done',
    runs: 'Runs',
    off: 'Switch off',
    isOff: 'The bot is off.',
    english: null,
  },
} as const

interface Walk {
  readonly bot: string
  readonly language: 'de' | 'en'
  readonly title: string
  /** What its form has to be told before it can be installed. */
  readonly fill?: (page: Page) => Promise<unknown>
  /** What a trial has to be told. */
  readonly with?: (page: Page) => Promise<unknown>
  /** How the list of runs names what started it. */
  readonly cause: RegExp
}

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })
async function chosen(page: Page, name: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name }).last().click()
  await page.getByRole('option', { name: option, exact: true }).click()
}
const labels = async (page: Page): Promise<string[]> =>
  (await page.getByRole('group', { name: 'Schritte' }).locator('label').allInnerTexts()).map((text) =>
    text.replace(/\s*\*$/, ''),
  )
const added = (page: Page, list: RegExp) => page.getByRole('button', { name: list }).click()

/** A step at a time: whatever kind is chosen, the fields of the others are not there. */
async function fillWorkflow(page: Page): Promise<void> {
  await added(page, /Hinzufügen.*Schritte/)
  const kinds: Record<string, readonly string[]> = {
    'eine E-Mail senden': ['Schritt', 'Betreff', 'Text'],
    warten: ['Schritt', 'Stunden warten'],
    'in eine Gruppe aufnehmen': ['Schritt', 'Gruppe'],
    'nur weiter, wenn': ['Schritt', 'Bedingung'],
    'ein Schlagwort geben': ['Schritt', 'Schlagwort'],
  }
  for (const [kind, fields] of Object.entries(kinds)) {
    await chosen(page, 'Schritt', kind)
    await until(`only the fields of "${kind}"`, async () => String(await labels(page)) === String(fields))
    if (kind === 'eine E-Mail senden') await field(page, 'Betreff').fill('Wird vergessen')
  }
  await field(page, 'Schlagwort').fill('neu')
}

const aMember = async (page: Page, name: string): Promise<void> => {
  const option = page.getByRole('option').first()
  await until('a member is found', async () => {
    await page.getByRole('combobox', { name }).fill('')
    await page.getByRole('combobox', { name }).fill(demoMembers[0]!.lastName)
    return option.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    )
  })
  await option.click()
}

const walks: readonly Walk[] = [
  { bot: 'welcome-email', language: 'de', title: 'Willkommens-E-Mails', cause: /Ein Mitglied wurde angelegt: \S+/ },
  { bot: 'birthday-greeting', language: 'en', title: 'Birthday greeting', cause: /By hand: by Somebody/ },
  {
    bot: 'role-and-group-by-rule',
    language: 'de',
    title: 'Rolle und Gruppe nach Regel',
    fill: async (page) => {
      await added(page, /Hinzufügen.*Regeln/)
      await chosen(page, 'Wenn', 'jünger ist als')
      await field(page, 'Jahre').fill('18')
      await field(page, 'Schlagwort geben').fill('Jugend')
    },
    cause: /Von Hand: von Somebody/,
  },
  {
    bot: 'weekly-report',
    language: 'en',
    title: 'Weekly report',
    fill: (page) => chosen(page, 'Entry', 'Viewer'),
    cause: /By hand/,
  },
  {
    bot: 'sync',
    language: 'de',
    title: 'Mit einem anderen System abgleichen',
    fill: (page) => field(page, 'Server des anderen Systems').fill('crm.example.org'),
    cause: /Von Hand/,
  },
  {
    bot: 'webhook-notify',
    language: 'en',
    title: 'Tell a chat',
    fill: async (page) => {
      await field(page, 'Server').fill('hooks.slack.com')
      await field(page, 'Rest of the webhook address').fill('/services/x')
    },
    cause: /By hand/,
  },
  {
    bot: 'workflow',
    language: 'de',
    title: 'Ablauf',
    fill: fillWorkflow,
    with: (page) => aMember(page, 'Mitglied'),
    cause: /Von Hand: \S+ .*von Somebody/,
  },
  { bot: 'platform-maintenance', language: 'en', title: 'Platform maintenance', cause: /By hand/ },
]

t.test(
  'a person without code installs, tries and switches off each bot that comes along',
  { skip: noChromium },
  async (t) => {
    await using platform = await startTestPlatform()
    await platform.app.sites[0]?.freshen()
    const club = await platform.tenant('TSV Demo', { settings: { locale: 'de-DE', timeZone: 'Europe/Berlin' } })
    const { userId, session } = await signIn(club, 'kasse@example.org', { globalRole: 'super_admin' })
    const admin = await club.admin()
    for (const name of demoGroups) await admin.post('/api/v1/groups', { name, parentId: club.rootId })
    for (const member of demoMembers.slice(0, 5)) await admin.post('/api/v1/members', member)
    await admin.post('/api/v1/grants', { userId, role: 'makerspace_admin' })
    await platform.settle()
    // The first who asks waits until all bots that come along were read.
    await admin.get('/api/v1/bots')
    const browser = await openBrowser(platform)
    t.teardown(() => browser.close())

    for (const walk of walks)
      await t.test(`${walk.bot} in ${walk.language}`, async (t) => {
        const words = said[walk.language]
        const { page, context, complaints } = await visit(t, browser, { language: words.locale, width: 700 })
        await context.addCookies([{ name: 'sid', value: session, url: publicUrl, httpOnly: true }])
        await page.goto(`${publicUrl}/bots/${walk.bot}`)
        await page.getByRole('heading', { level: 1, name: walk.title }).waitFor()
        await page.getByLabel(words.agree).waitFor()
        if (words.english) t.notMatch(await page.locator('body').innerText(), words.english)
        await walk.fill?.(page)
        await page.getByLabel(words.agree).check()
        await pressed(page, words.install)
        await shows(page, words.installed)

        await page.getByRole('tab', { name: words.tryIt }).click()
        await page.getByRole('button', { name: words.dryRun }).waitFor()
        await walk.with?.(page)
        await pressed(page, words.dryRun)
        await shows(page, words.stop)
        await platform.settle()
        // Nothing leaves this machine: whoever calls a server that is not there says so.
        if (walk.bot === 'sync' || walk.bot === 'webhook-notify')
          await page.getByText(words.stop).waitFor({ state: 'detached' })
        else await shows(page, words.done)
        await page.getByRole('tab', { name: words.runs }).click()
        t.ok(await shows(page, walk.cause), 'what started it')
        t.equal(await hangsOver(page), 0)

        await pressed(page, words.off)
        await confirmed(page, words.off)
        t.ok(await shows(page, words.isOff))
        t.match((await admin.get(`/api/v1/bots/${walk.bot}`)).json(), { installed: true, enabled: false })
        t.same(complaints, [])
        if (walk.bot !== 'workflow') return
        t.same(await violations(page), [])
        t.same((await admin.get('/api/v1/bots/workflow')).json().settings.config, {
          steps: [{ do: 'addTag', value: 'neu' }],
        })
      })
  },
)
