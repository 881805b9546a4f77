import { test } from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'

test('an administrator reads and changes his organisation; others only read or do not get in', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const admin = await club.admin()

  const read = await admin.get('/api/v1/organizations/current')
  t.equal(read.statusCode, 200, read.body)
  t.match(read.json(), { id: club.id, timeZone: 'Europe/Berlin', inviteExpiryDays: 7, version: 1 })
  t.equal(read.headers.etag, '"v1"')

  const changed = await admin.put('/api/v1/organizations/current', {
    name: 'Verein',
    timeZone: 'America/New_York',
    colour: '#1f6feb',
  })
  t.equal(changed.statusCode, 200, changed.body)
  t.match(changed.json(), { name: 'Verein', timeZone: 'America/New_York', colour: '#1f6feb', version: 2 })

  const reset = await admin.put('/api/v1/organizations/current', { colour: null }, { 'if-match': '"v2"' })
  t.equal(reset.json().colour, null, 'null takes a setting back')
  t.equal(reset.json().timeZone, 'America/New_York', 'what the body does not name stays')
  const stale = await admin.put('/api/v1/organizations/current', { name: 'x' }, { 'if-match': '"v2"' })
  t.equal(stale.statusCode, 412)
  const wrong = await admin.put('/api/v1/organizations/current', { timeZone: 'Mars/Olympus' })
  t.equal(wrong.statusCode, 400)
  t.equal(wrong.json().errors[0].pointer, '/timeZone')

  const viewer = await club.as({ role: 'admin' })
  t.equal((await viewer.get('/api/v1/organizations/current')).statusCode, 200)
  t.equal((await viewer.put('/api/v1/organizations/current', { name: 'y' })).statusCode, 403)
  const maker = await club.as({ role: 'maker' })
  t.equal((await maker.get('/api/v1/organizations/current')).statusCode, 403)
  t.ok((await club.audit()).some(({ action }) => action === 'core.organization-changed'))
})

test("a time zone moves the schedules that follow the organisation's days", async (t) => {
  const platform = await startTestPlatform({ plugins: [], now: new Date('2026-01-10T12:00:00Z') })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const tidy = async () =>
    (await admin.get('/api/v1/jobs')).json().items.find((job: { id: string }) => job.id === 'core.tidy').schedule
  t.match(await tidy(), { timeZone: 'Europe/Berlin', nextRunAt: '2026-01-11T02:17:00.000Z' })
  await admin.put('/api/v1/organizations/current', { timeZone: 'America/New_York' })
  t.match(await tidy(), { timeZone: 'America/New_York', nextRunAt: '2026-01-11T08:17:00.000Z' })
})

test('a slug belongs to one organisation', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const [one, other] = [await platform.tenant('One'), await platform.tenant('Other')]
  const taken = await (await other.admin()).put('/api/v1/organizations/current', { slug: one.slug })
  t.equal(taken.statusCode, 409)
  t.equal(taken.json().errors[0].pointer, '/slug')
})
