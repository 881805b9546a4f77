import { createHmac } from 'node:crypto'
import type { Page } from 'playwright-core'
import t from 'tap'
import { confirmed, hangsOver, openPages, pressed, shows } from '../../e2e/bot-club.ts'
import { noChromium, violations } from '../../e2e/chromium.ts'
import { until } from '../../support/until.ts'
import { botSource, botSpec, consentTo } from '../../support/written-bot.ts'

const { platform, club, opened } = await openPages(t)

const tagging = `
  const memberId = event.payload?.memberId ?? event.target?.id
  ctx.log(JSON.stringify(event))
  if (memberId) await ctx.call('members.addTag', { memberId, tag: 'seen' })
  return { summary: event.trigger }`

/** A club with a bot of these triggers, installed. */
async function at(triggers: object, more: object = {}) {
  const spec = botSpec({
    id: 'starter',
    title: 'Starter',
    triggers,
    permissions: { actions: ['members.addTag'] },
    ...more,
  })
  const made = await club({ source: botSource(spec, tagging) })
  const set = await made.admin.post('/api/v1/bots/starter/configure', { consent: consentTo(spec) })
  if (set.statusCode !== 200) throw new Error(set.body)
  return made
}
type Club = Awaited<ReturnType<typeof at>>

const tagged = async ({ admin }: Club): Promise<string[]> =>
  (await admin.get('/api/v1/members?limit=50'))
    .json()
    .items.filter(({ tags }: { tags: string[] }) => tags.includes('seen'))
    .map(({ displayName }: { displayName: string }) => displayName)

/** The page may still be loading what else it shows: then one types again. */
async function chosen(page: Page, field: string, name: string): Promise<void> {
  const option = page.getByRole('option', { name })
  await until(`${name} is found`, async () => {
    await page.getByRole('combobox', { name: field }).fill('')
    await page.getByRole('combobox', { name: field }).fill(name.slice(-7))
    return option.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    )
  })
  await option.click()
}

t.test('a bot that nobody starts by hand is tried with what starts it', { skip: noChromium }, async (t) => {
  const made = await at({ events: ['members.created'], cron: { default: '0 9-12 * * *' } })
  const { page, complaints } = await opened(t, made.session, { at: '/bots/starter#tryIt' })
  t.ok(await shows(page, 'This last happened on'), 'with what really happened')
  await page.getByText('Dry run', { exact: true }).waitFor()
  t.equal(await page.getByRole('button', { name: 'Run now' }).count(), 0, 'there is no button that does not work')
  await chosen(page, 'Member', 'Kim Ahlers')
  await pressed(page, 'Dry run')
  await shows(page, 'Stop this run')
  await platform.settle()
  t.ok(await shows(page, 'Give a member a tag (member: Kim Ahlers, tag: seen)'))
  t.same(await tagged(made), [], 'nothing has happened')
  t.same(await violations(page), [])

  await page.getByRole('combobox', { name: 'Try it as if' }).click()
  await page.getByRole('option', { name: 'its time had come' }).click()
  await pressed(page, 'Dry run')
  await shows(page, 'Stop this run')
  await platform.settle()
  t.ok(await shows(page, 'What it says: cron'))
  t.same(complaints, [])
})

t.test('a button on a member is pressed from the page, as a trial and for real', { skip: noChromium }, async (t) => {
  const made = await at({ action: { target: 'member' } }, { kind: 'action' })
  const { page, complaints } = await opened(t, made.session, {
    at: '/bots/starter#tryIt',
    language: 'de-DE',
    width: 390,
  })
  await pressed(page, 'Probelauf')
  t.ok(await shows(page, 'Füllen Sie dieses Feld aus'), 'whom it is about is asked for')
  await chosen(page, 'Mitglied', 'Kim Behrens')
  await pressed(page, 'Probelauf')
  await shows(page, 'Diesen Lauf anhalten')
  await platform.settle()
  t.ok(await shows(page, 'Einem Mitglied ein Schlagwort geben (Mitglied: Kim Behrens'))
  t.same(await tagged(made), [])
  await pressed(page, 'Jetzt wirklich ausführen')
  await confirmed(page, 'Jetzt wirklich ausführen')
  await shows(page, 'Diesen Lauf anhalten')
  await platform.settle()
  t.ok(await shows(page, 'Das hat er getan'))
  t.same(await tagged(made), ['Kim Behrens'])
  t.same(await violations(page), [])
  t.equal(await hangsOver(page), 0)
  t.same(complaints, [])
})

t.test(
  'signed calls get an address that is shown once, and a new one in its place',
  { skip: noChromium },
  async (t) => {
    const made = await at({ webhook: true })
    const { page, complaints } = await opened(t, made.session, { at: '/bots/starter' })
    const anyone = await made.tenant.as('anonymous')
    const call = async (o: { url: string; secret: string }, payload: string): Promise<number> => {
      const signature = createHmac('sha256', o.secret).update(payload).digest('hex')
      const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` }
      return (await anyone.inject({ method: 'POST', url: new URL(o.url).pathname, payload, headers })).statusCode
    }
    const shown = async () => ({
      url: await page.getByRole('textbox', { name: 'Address', exact: true }).inputValue(),
      secret: await page.getByRole('textbox', { name: 'Secret', exact: true }).inputValue(),
    })
    t.ok(await shows(page, 'There is no address yet.'))
    await pressed(page, 'Make address and secret')
    await shows(page, 'Copy both now')
    const first = await shown()
    t.equal(await call(first, '{"hello":"world"}'), 202)
    await page.getByText('An example for whoever sets up').click()
    const example = page.getByRole('region', { name: /An example for/ })
    t.match(await example.innerText(), new RegExp(`url='${first.url}'[\\s\\S]*openssl dgst -sha256 -hmac`))
    t.same(await violations(page), [])

    await page.reload()
    t.ok(await shows(page, 'It is not shown again'))
    t.notMatch(await page.content(), first.secret)
    await pressed(page, 'Make a new address and secret')
    await confirmed(page, 'Make a new address and secret')
    await shows(page, 'Copy both now')
    t.equal(await call(first, '{"n":2}'), 404, 'the one before is gone')
    t.equal(await call(await shown(), '{"n":2}'), 202)

    await page.getByRole('tab', { name: 'Try' }).click()
    await page.getByRole('textbox', { name: 'What the call says' }).fill('{ "amount": 5 }')
    await pressed(page, 'Dry run')
    await shows(page, 'Stop this run')
    await platform.settle()
    t.ok(await shows(page, 'What it says: webhook'))
    await page.getByRole('tab', { name: 'Logs' }).click()
    t.ok(await shows(page, '"body":{"amount":5}'))
    t.same(complaints, [])
  },
)

t.test(
  'what a bot cannot do without is marked, and asked for at its field in plain words',
  { skip: noChromium },
  async (t) => {
    const spec = botSpec({
      id: 'starter',
      config: {
        schema: {
          type: 'object',
          required: ['host', 'rules'],
          properties: {
            host: { type: 'string', format: 'httpHost', title: 'Server', maxLength: 253 },
            rules: {
              type: 'array',
              title: 'Rules',
              minItems: 1,
              maxItems: 5,
              items: { type: 'string', maxLength: 60 },
            },
          },
        },
      },
      permissions: { actions: [] },
    })
    const { admin, session } = await club({ source: botSource(spec) })
    const { page } = await opened(t, session, { at: '/bots/starter' })
    await shows(page, 'Fields with * have to be filled in.')
    const server = page.getByRole('textbox', { name: 'Server' })
    t.equal(await server.getAttribute('required'), '', 'marked before anybody is told')
    await pressed(page, 'Install')
    await shows(page, 'Please correct the marked fields')
    t.equal(await server.getAttribute('aria-invalid'), 'true')
    t.ok(await page.getByText('Fill this in').count(), 'at the field')
    t.notMatch(await page.locator('body').innerText(), /pointer|schema/i, 'nothing for developers')
    t.same(await violations(page), [])
    await server.fill('https://api.example.org/x')
    await page.getByRole('button', { name: /Add.*Rules/ }).click()
    await page.getByRole('textbox', { name: 'Entry' }).fill('one')
    await pressed(page, 'Install')
    t.ok(await shows(page, 'Enter the name of a host alone'))
    await server.fill('api.example.org')
    await pressed(page, 'Install')
    await shows(page, 'Installed.')
    t.match((await admin.get('/api/v1/bots/starter')).json().settings.config, {
      host: 'api.example.org',
      rules: ['one'],
    })
  },
)

t.test('a run that waits or is under way is stopped by a button', { skip: noChromium }, async (t) => {
  const made = await at({ manual: {} })
  const { page, complaints } = await opened(t, made.session, { at: '/bots/starter#tryIt', language: 'de-DE' })
  await pressed(page, 'Probelauf')
  await pressed(page, 'Diesen Lauf anhalten')
  t.ok(await shows(page, 'Probelauf: Angehalten'))
  await pressed(page, 'Probelauf')
  await page.getByRole('button', { name: 'Diesen Lauf anhalten' }).waitFor()
  await page.getByRole('tab', { name: 'Läufe' }).click()
  await shows(page, 'Jemand hat ihn angehalten')
  await page
    .getByRole('row', { name: /Wartet/ })
    .getByRole('button', { name: 'Ansehen' })
    .click()
  await pressed(page, 'Diesen Lauf anhalten')
  t.ok(await shows(page, 'Von Hand: von Somebody · Probelauf · Angehalten'))
  t.ok(await shows(page, /Lauf vom \d+\. \S+ \d{4}, \d\d:\d\d ME/), 'by the clock of the organisation')
  await platform.settle()
  const runs = (await made.admin.get('/api/v1/bots/starter/runs')).json().items
  t.same(
    runs.map(({ status }: { status: string }) => status),
    ['cancelled', 'cancelled'],
  )
  t.same(complaints, [])
})
