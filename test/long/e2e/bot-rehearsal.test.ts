import { definePlugin, Problem, problems } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { bundledPlugins } from '#plugins/bundled.ts'
import { notificationsService } from '#plugins/email/refs.ts'
import { confirmed, consent, focusIsOn, hangsOver, openPages, pressed, shows } from '../../e2e/bot-club.ts'
import { noChromium, violations } from '../../e2e/chromium.ts'
import { botSource, botSpec, consentTo } from '../../support/written-bot.ts'

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'door.pass': { input: object; output: object }
  }
}
/** A door that somebody else opens. */
let shut = true
const door = definePlugin({
  id: 'door',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Door',
  config: { schema: Type.Object({}) },
  permissions: { 'door.pass': { title: 'Pass', writes: true } },
  actions: (a) =>
    a.action({
      id: 'door.pass',
      title: 'Pass the door',
      requires: 'door.pass',
      effect: 'write',
      perRun: 1,
      input: Type.Object({}),
      output: Type.Object({}),
      run: async () => {
        if (shut) throw new Problem(problems.overloaded, { detail: 'The door is shut' })
        return {}
      },
    }),
})
const { platform, club, opened } = await openPages(t, { plugins: [...bundledPlugins, door] })

/** Of an element, as the browser knows it. */
interface Wide {
  readonly scrollWidth: number
  readonly clientWidth: number
}

/** Writes to everybody on Mondays, and remembers whom by a tag. */
const reminder = botSpec({
  id: 'reminder',
  title: 'Reminder',
  description: 'Writes to everybody.',
  triggers: { cron: { default: '0 7 * * *' }, manual: {} },
  permissions: { actions: ['members.list', 'members.addTag', 'email.send'] },
})
const remind = `
  if (new Date().getUTCDay() !== 1) return { summary: 'not today' }
  const { items } = await ctx.call('members.list', {})
  for (const { id } of items) {
    await ctx.call('members.addTag', { memberId: id, tag: 'reminded' })
    await ctx.call('email.send', { memberId: id, subject: 'See you', text: 'On Friday', key: ctx.tenant.today + id })
  }
  return { summary: items.length + ' reminded' }`

t.test(
  'an administrator installs a bot, rehearses two weeks of it and switches it off',
  { skip: noChromium },
  async (t) => {
    const { admin, session } = await club({ source: botSource(reminder, remind) })
    const { page, complaints } = await opened(t, session, { at: '/bots/reminder' })
    await page.getByLabel('I agree').check()
    await pressed(page, 'Install')
    await shows(page, 'Installed.')
    await page.getByRole('tab', { name: 'Rehearse' }).click()
    await page.getByLabel('Days ahead').fill('14')
    await pressed(page, 'Begin')
    await shows(page, 'The days pass.')
    t.ok(await focusIsOn(page.getByRole('heading', { name: /^Rehearsal of 14 days/ })), 'it is led to')
    t.ok(await page.getByRole('progressbar', { name: 'How far the days have passed' }).count(), 'how far it is')
    t.same(await violations(page), [])
    await platform.settle()
    await shows(page, 'Finished. Nothing real has happened.')
    t.ok(await shows(page, 'Runs: 14 · Mails: 6 · Changes: 3'), 'what happens how often')
    await shows(page, 'Kim Behrens')
    t.equal(
      await page.getByText('It would change: Give a member a tag (member: Kim Behrens, tag: reminded)').count(),
      1,
      'a sentence with the name; the second time he has the tag',
    )
    t.equal(await page.getByText('A mail would leave: Send a mail (member: Kim Ahlers, subject: See you').count(), 2)
    t.equal(await page.getByText('not today').count(), 0, 'runs that do nothing are left out')
    await page.getByRole('switch', { name: /runs that would do nothing/ }).click()
    t.equal(await page.getByText('not today').count(), 12, 'until somebody wants them')
    t.same(await violations(page), [])

    await pressed(page, 'Begin')
    await shows(page, 'The days pass.')
    await pressed(page, 'Stop the rehearsal')
    await page.getByRole('cell', { name: 'Stopped' }).waitFor()
    await page.reload()
    await page.setViewportSize({ width: 375, height: 740 })
    const earlier = page.getByRole('region', { name: 'Earlier rehearsals' })
    t.equal(
      await earlier.evaluate((table: Wide) => table.scrollWidth - table.clientWidth),
      0,
      'a phone shows all of it',
    )
    await earlier.getByRole('button').first().click()
    t.ok(await shows(page, 'Stopped'), 'earlier ones stay to look at')
    t.match((await admin.get('/api/v1/members')).json().items[0], { tags: [] })
    t.same((await admin.get('/api/v1/emails')).json().items, [], 'nothing has left')

    await pressed(page, 'Switch off')
    await confirmed(page, 'Switch off')
    t.ok(await shows(page, 'The bot is off.'))
    t.match((await admin.get('/api/v1/bots/reminder')).json(), { enabled: false })
    t.same(complaints, [])
  },
)

t.test('a bot that the platform stopped says why, how often, and what can be done', { skip: noChromium }, async (t) => {
  const spec = botSpec({ id: 'faulty', title: 'Faulty', permissions: { actions: [] } })
  const { admin, session } = await club({ source: botSource(spec, `throw new Error('The board is closed')`) })
  await admin.post('/api/v1/bots/faulty/configure', { consent: consentTo(spec) })
  for (let i = 0; i < 5; i++) await admin.post('/api/v1/bots/faulty/run', {})
  await platform.settle()
  const { page, complaints } = await opened(t, session, {
    at: '/bots/faulty',
    language: 'de-DE',
    colours: 'dark',
    width: 390,
  })
  t.ok(await shows(page, /5 Mal in Folge fehlgeschlagen/))
  t.ok(await shows(page, /Der Bot ist gescheitert: The board is closed \(Zeile \d+/), 'what, and where')
  await pressed(page, 'Ansehen, was fehlschlug')
  t.ok(await shows(page, /5 Mal, zuletzt am/), 'how often')
  t.same(await violations(page), [])
  t.equal(await hangsOver(page), 0)
  t.ok(
    await page.getByRole('button', { name: 'Mit dem neuesten Stand' }).isDisabled(),
    'a bot that is off runs for nobody',
  )
  await pressed(page, 'Einschalten')
  await shows(page, 'Der Bot ist eingeschaltet.')
  await pressed(page, 'Mit dem neuesten Stand')
  t.ok(await shows(page, 'Er tut alles noch einmal'), 'what happens then')
  t.same(await violations(page), [])
  await confirmed(page, 'Mit dem neuesten Stand ausführen')
  await shows(page, 'Er beginnt, sobald Platz ist.')
  await platform.settle()
  t.ok(await shows(page, 'Fehlgeschlagen'), 'the new run is shown')
  t.ok(await shows(page, 'Er hat nichts geändert.'), 'what it had done before it failed')
  t.ok(await focusIsOn(page.getByRole('heading', { name: /^Lauf vom/ })))
  await pressed(page, '← Läufe')
  t.ok(await focusIsOn(page.getByRole('heading', { name: 'Alle Läufe' })))
  await pressed(page, 'Ohne Wirkung nachspielen')
  await shows(page, 'Nachgespielt')
  await platform.settle()
  await pressed(page, '← Läufe')
  await pressed(page, 'Verwerfen')
  t.ok(await shows(page, 'Was fehlschlug, verwerfen (5)?'), 'how many; the one that was run again is done with')
  await confirmed(page, 'Verwerfen')
  await page.getByText('Fehlgeschlagen; wartet auf jemanden').waitFor({ state: 'detached' })
  t.same((await admin.get('/api/v1/bot-runs?status=failed&mode=live')).json().items, [])

  for (let i = 0; i < 5; i++) await admin.post('/api/v1/bots/faulty/run', {})
  await platform.settle()
  await pressed(page, 'Neu laden')
  t.ok(await shows(page, 'Von der Plattform angehalten'), 'who watches the runs learns that it was stopped')
  t.same(complaints, [])
})

t.test('what somebody is told stands above the bots until he has read it', { skip: noChromium }, async (t) => {
  const spec = botSpec({ id: 'faulty', title: 'Faulty', permissions: { actions: [] } })
  const { admin, tenant, userId, session } = await club({ source: botSource(spec, `throw new Error('No paper')`) })
  await admin.post('/api/v1/bots/faulty/configure', { consent: consentTo(spec) })
  await admin.post('/api/v1/bots/faulty/run', {})
  await platform.settle()
  const alert = { kind: 'mails.stuck', title: 'Mails are stuck', severity: 'critical', repeatHours: 1 } as const
  const inboxes = await tenant.service(notificationsService)
  await tenant.unit((tx) => inboxes.send(tx, { to: { users: [userId] }, ...alert }))
  const { page, complaints } = await opened(t, session, { at: '/bots', width: 390 })
  const inbox = page.getByRole('region', { name: 'Inbox' })
  const failure = inbox.getByRole('article').filter({ hasText: 'Faulty failed' })
  t.match(await failure.innerText(), /warning.*No paper/is)
  const stuck = inbox.getByRole('article').filter({ hasText: 'Mails are stuck' })
  t.match(await stuck.innerText(), /urgent.*comes again until somebody takes note/is)
  t.same(await violations(page), [])
  t.equal(await hangsOver(page), 0)
  await stuck.getByRole('button', { name: 'Take note' }).click()
  await stuck.waitFor({ state: 'detached' })
  await failure.getByRole('link', { name: 'Show' }).click()
  await page.waitForURL(/\/bots\/faulty/)
  await page.goBack()
  await failure.getByRole('button', { name: 'Read' }).click()
  t.ok(await shows(page, 'Nothing unread.'))
  t.same(complaints, [])
})

t.test('runs that failed by somebody else’s fault go on where they failed', { skip: noChromium }, async (t) => {
  const spec = botSpec({ id: 'passer', title: 'Passer', permissions: { actions: ['groups.create', 'door.pass'] } })
  const { admin, tenant, session } = await club({
    source: botSource(spec, `await ctx.call('groups.create', { name: 'Passing' }); await ctx.call('door.pass', {})`),
  })
  await admin.post('/api/v1/bots/passer/configure', { consent: consentTo(spec) })
  const runIds = [1, 2].map(async () => (await admin.post('/api/v1/bots/passer/run', {})).json().id as string)
  const waiting = await Promise.all(runIds)
  await platform.settle()
  for (const seconds of [31, 121, 601, 3601]) {
    platform.clock.advance(seconds * 1000)
    for (const runId of waiting)
      await tenant.unit((tx) => tx.enqueue('bots.run', { runId }, { key: `again:${runId}:${seconds}` }))
    await platform.settle()
  }
  const { page } = await opened(t, session, { at: '/bots/passer#runs' })
  t.ok(await shows(page, /2 times, last on/))
  shut = false
  await pressed(page, 'Go on where it failed')
  t.ok(await shows(page, 'Go on where it failed (2)?'), 'all that failed alike')
  t.same(await violations(page), [])
  await confirmed(page, 'Go on where it failed')
  await shows(page, 'It begins as soon as there is room.')
  await platform.settle()
  await page.getByText('Failed, waiting for somebody').waitFor({ state: 'detached' })
  t.match((await admin.get('/api/v1/bots/passer/runs')).json().items, [{ status: 'ok' }, { status: 'ok' }])
  t.equal((await admin.get('/api/v1/groups?search=Passing')).json().items.length, 2, 'each made its group once')
})

t.test(
  'who has no right, an organisation without bots, and a bot that is gone each get a clear page',
  { skip: noChromium },
  async (t) => {
    const stranger = await club({ role: null, name: 'Closed' })
    const closed = await opened(t, stranger.session)
    t.ok(await shows(closed.page, 'You may not see bots here'))
    t.same(await violations(closed.page), [])

    const { admin, session } = await club({ source: null, name: 'Empty' })
    const { page } = await opened(t, session, { at: '/bots' })
    t.ok(await shows(page, 'There is no bot here yet.'))
    t.same(await violations(page), [])
    await page.goto(page.url().replace(/bots.*/, 'bots/notice-board'))
    t.ok(await shows(page, 'This bot is not here'))
    t.same(await violations(page), [])
    t.equal((await admin.put('/api/v1/plugins/bots', { enabled: false })).statusCode, 200)
    await page.reload()
    t.ok(await shows(page, 'Bots are switched off here'))
    t.same(await violations(page), [])
  },
)

t.test('what few need is folded, and a default is shown as what it is', { skip: noChromium }, async (t) => {
  const { admin, session } = await club()
  const { page } = await opened(t, session)
  t.ok(await shows(page, 'Administrator – in the inbox'), 'who hears of a failure if nobody says otherwise')
  t.equal(await page.getByText('With what').count(), 0)
  await page.getByText('Conditions: always').click()
  await page
    .getByRole('button', { name: /Add.*All of these/ })
    .nth(1)
    .click()
  await page.getByRole('combobox', { name: 'Field' }).click()
  await page.getByRole('option', { name: 'status' }).click()
  await page.getByRole('combobox', { name: 'With what' }).click()
  await page.getByRole('option', { name: 'active', exact: true }).click()
  t.ok(await shows(page, 'Conditions: Only for members whose status is active'))
  t.same(await violations(page), [])
  await page.getByLabel('Greeting').fill('Hello')
  await page.getByLabel('I agree').check()
  await pressed(page, 'Install')
  await shows(page, 'Installed.')
  t.match((await admin.get('/api/v1/bots/notice-board')).json().settings, {
    triggers: {
      events: {
        'members.created': { condition: { member: { and: [{ field: 'status', op: 'eq', value: 'active' }] } } },
      },
    },
    notifications: { failure: { roles: ['makerspace_admin'], by: ['inbox'] } },
    consent,
  })
  await page.getByText('When it fails:').click()
  await page.getByRole('checkbox', { name: 'Administrator' }).first().uncheck()
  await page.getByRole('checkbox', { name: 'in the inbox' }).first().uncheck()
  await pressed(page, 'Save')
  await shows(page, 'Saved.')
  t.same((await admin.get('/api/v1/bots/notice-board')).json().settings.notifications, {}, 'nobody is told')
})
