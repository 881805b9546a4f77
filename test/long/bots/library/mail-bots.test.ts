import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startTestPlatform } from '#core/testing/index.ts'
import { LibraryClub } from '../../../bots/library/library-club.ts'
import { signIn } from '../../../support/signed-in.ts'

const platform = await startTestPlatform({ now: new Date('2026-03-02T10:00:00Z') })
t.teardown(() => platform.close())
t.setTimeout(240_000)

const keys = async (club: LibraryClub, begin: string) =>
  (await club.mails()).flatMap(({ key }) => (key?.startsWith(`action:${begin}`) ? [key.slice('action:'.length)] : []))
/** Mails of the organisation's own making: those that come along want a link or a date. */
async function write(club: LibraryClub, ...ids: string[]): Promise<void> {
  const words = { subject: 'Hello', html: '<p>Hello {{ name }}</p>', text: 'Hello {{ name }}' }
  for (const id of ids) {
    const answer = await club.admin.put(`/api/v1/email-templates/${id}`, {
      title: id,
      variables: { name: { title: 'Name', example: 'Ada' } },
      texts: { en: words, de: words },
    })
    if (answer.statusCode >= 300) throw new Error(answer.body)
  }
}
const welcome = (steps: object[]) => ({ config: { steps } })

t.test('welcome e-mails go at once and by the days, each once, and stop when somebody leaves', async (t) => {
  const club = await LibraryClub.of(platform)
  await write(club, 'second-day', 'fifth-day', 'for-youth')
  await club.install(
    'welcome-email',
    welcome([
      { template: 'welcome', afterDays: 0 },
      { template: 'second-day', afterDays: 2 },
      { template: 'fifth-day', afterDays: 5 },
      { template: 'for-youth', afterDays: 2, onlyTag: 'Youth' },
    ]),
  )
  const stays = await club.member({ email: 'stays@example.org' })
  const leaves = await club.member({ email: 'leaves@example.org', tags: ['youth'] })
  await club.member({ firstName: 'Without', lastName: 'Address' })
  const old = await club.member({ email: 'old@example.org', joinedOn: '2001-01-01' })
  await platform.settle()
  t.same((await keys(club, 'welcome:')).sort(), [`welcome:welcome:${leaves}`, `welcome:welcome:${stays}`].sort())
  for (let day = 0; day < 3; day++) await club.pass(24)
  t.same(
    (await keys(club, 'welcome:')).filter((key) => !key.startsWith('welcome:welcome')).sort(),
    [`welcome:second-day:${leaves}`, `welcome:second-day:${stays}`, `welcome:for-youth:${leaves}`].sort(),
  )
  await club.change(leaves, { leftOn: '2026-03-04' })
  for (let day = 0; day < 4; day++) await club.pass(24)
  const all = await keys(club, 'welcome:')
  t.ok(all.includes(`welcome:fifth-day:${stays}`))
  t.notOk(all.includes(`welcome:fifth-day:${leaves}`), 'who has left gets no more')
  t.notOk(
    all.some((key) => key.endsWith(old)),
    'who joined long ago is no newcomer',
  )
  t.equal(new Set(all).size, all.length)
  t.ok((await club.runs('welcome-email')).every(({ status }) => status === 'ok'))
})

t.test('who is gone before the bot runs gets no welcome, and that is no failure', async (t) => {
  const club = await LibraryClub.of(platform)
  await club.install('welcome-email', welcome([{ template: 'welcome', afterDays: 0 }]))
  const memberId = await club.member({ email: 'gone@example.org' })
  t.equal((await club.admin.delete(`/api/v1/members/${memberId}`)).statusCode, 204)
  await platform.settle()
  t.match(await club.lastRun('welcome-email'), { status: 'ok', summary: '0 sent: the member is gone by now' })
})

t.test('who registers himself is welcomed when somebody accepts him, and not before', async (t) => {
  const club = await LibraryClub.of(platform)
  await write(club, 'first-day')
  const steps = ['welcome', 'first-day'].map((template) => ({ template, afterDays: 0 }))
  await club.install('welcome-email', welcome(steps))
  const id = await club.registered()
  const welcomes = async () => (await club.mails()).flatMap(({ key }) => (key?.includes('welcome:') ? [key] : []))
  t.same(await welcomes(), [], 'he may be refused')
  const { memberId } = (await club.admin.post(`/api/v1/registrations/${id}/accept`)).json()
  await platform.settle()
  t.same((await welcomes()).toSorted(), [`action:welcome:first-day:${memberId}`, `welcome:${memberId}`])
})

t.test('a morning that was missed is made up for, and the platform’s own welcome is not said twice', async (t) => {
  const club = await LibraryClub.of(platform)
  await write(club, 'for-youth')
  await club.install(
    'welcome-email',
    welcome([
      { template: 'welcome', afterDays: 0 },
      { template: 'for-youth', afterDays: 3 },
    ]),
  )
  const memberId = await club.member({ email: 'ada@example.org', sendWelcome: true })
  await platform.settle()
  t.same(await keys(club, 'welcome:'), [], 'the platform greets him')
  await club.pass(24)
  await club.admin.post('/api/v1/bots/welcome-email/disable')
  await club.pass(24 * 3)
  await club.admin.post('/api/v1/bots/welcome-email/enable')
  await club.pass(24)
  t.same(await keys(club, 'welcome:'), [`welcome:for-youth:${memberId}`])
})

t.test('birthdays are greeted once a year, and those of 29 February on the 28th of common years', async (t) => {
  const club = await LibraryClub.of(platform, { name: 'Birthday Club' })
  goTo('2027-02-27T22:00:00Z')
  await club.install('birthday-greeting', {
    config: {
      subject: 'Happy {age}, {firstName}!',
      message: 'Dear {name}, {nobody}\n{organization}',
      adultsOnly: true,
    },
  })
  const leap = await club.member({ email: 'leap@example.org', birthday: '2004-02-29' })
  const same = await club.member({ email: 'same@example.org', birthday: '1970-02-28' })
  await club.member({ email: 'child@example.org', birthday: '2015-02-28' })
  await club.member({ email: 'other@example.org', birthday: '1970-03-01' })
  const gone = await club.member({ email: 'gone@example.org', birthday: '1970-02-28', joinedOn: '2020-01-01' })
  await club.change(gone, { leftOn: '2027-02-01' })
  await platform.settle()
  for (let hour = 0; hour < 24; hour += 3) await club.pass(3)
  t.same((await keys(club, 'birthday:')).sort(), [`birthday:2027:${leap}`, `birthday:2027:${same}`].sort())
  const run = await club.run('birthday-greeting')
  t.match(run, { status: 'ok', result: { greeted: 0 } })
  const words = (await sentCalls(club)).find((call) => call.includes(leap)) ?? ''
  t.match(words, /"subject":"Happy 23, Ada!"/)
  t.match(words, /"text":"Dear Ada Lovelace, \{nobody\}\\nBirthday Club"/)
  goTo('2028-02-27T22:00:00Z')
  for (let hour = 0; hour < 48; hour += 6) await club.pass(6)
  const next = (await keys(club, 'birthday:2028:')).sort()
  t.same(
    next,
    [`birthday:2028:${leap}`, `birthday:2028:${same}`].sort(),
    'again the year after, on the 28th and the 29th',
  )
})

const goTo = (time: string) => platform.clock.advance(Date.parse(time) - platform.clock.now().getTime())

/** What was handed to the action, from the traces. */
async function sentCalls(club: LibraryClub): Promise<string[]> {
  const found: string[] = []
  for (const { id } of await club.runs('birthday-greeting')) {
    const { calls } = (await club.admin.get(`/api/v1/bot-runs/${id}`)).json()
    for (const call of calls as { name: string; input: unknown }[])
      if (call.name === 'email.send') found.push(JSON.stringify(call.input))
  }
  return found
}

for (const [locale, title, line] of [
  ['en-GB', 'Report Club: the week until', /Members: 2\nJoined this week: 1/],
  ['de-DE', 'Report Club: die Woche bis', /Mitglieder: 2\nEintritte in dieser Woche: 1/],
] as const)
  t.test(`the weekly report reaches inboxes and addresses (${locale})`, async (t) => {
    const club = await LibraryClub.of(platform, { locale, name: 'Report Club' })
    const joinedOn = new Date(platform.clock.now().getTime() - 3 * 86_400_000).toISOString().slice(0, 10)
    await club.member({ email: 'ada@example.org', joinedOn })
    await club.member({ firstName: 'Grace', lastName: 'Hopper', joinedOn: '2020-01-01' })
    const reader = await signIn(club.tenant, `board-${locale.toLowerCase()}@example.org`)
    await club.tenant.unit(async (tx) => {
      await tx.query(
        `INSERT INTO core."grant" (tenant_id, id, principal_kind, principal_id, role) VALUES ($1, $2, 'user', $3, 'makerspace_admin')`,
        [tx.tenantId, uuidv7(), reader.userId],
      )
      tx.accessChanged()
    })
    await club.install('weekly-report', { config: { addresses: ['chair@elsewhere.example'] } })
    const run = await club.run('weekly-report')
    t.match(run, { status: 'ok' }, JSON.stringify(run.error))
    const inbox = (await reader.client.get('/api/v1/notifications')).json().items
    t.equal(inbox.length, 1)
    t.ok(inbox[0].title.startsWith(title), inbox[0].title)
    t.match(inbox[0].text, line)
    t.equal((await club.mails()).filter(({ recipient }) => recipient === 'chair@elsewhere.example').length, 1)
    await club.run('weekly-report')
    t.equal((await club.mails()).filter(({ recipient }) => recipient === 'chair@elsewhere.example').length, 1)
  })
