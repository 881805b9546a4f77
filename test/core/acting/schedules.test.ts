import { Closed, definePlugin, type Problem, schedulesService, sealsService, Text, Timestamp } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { startTestPlatform } from '#core/testing/index.ts'

const rung: string[] = []
const rota = definePlugin({
  id: 'rota',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Rota',
  config: { schema: Type.Object({}) },
  permissions: {},
  jobs: (j) =>
    j.job({
      id: 'rota.ring',
      title: 'Ring',
      input: Closed({ who: Text(40), scheduledFor: Timestamp() }),
      timeoutMs: 5_000,
      attempts: 1,
      run: async (_ctx, { who, scheduledFor }) => void rung.push(`${who} ${scheduledFor}`),
    }),
})
const start = new Date('2027-01-10T12:00:00Z')
const ring = { job: 'rota.ring', key: 'anna', cron: '0 8 * * *', input: { who: 'anna' } } as const
const open = async () => {
  rung.length = 0
  const platform = await startTestPlatform({ plugins: [rota], now: start })
  const club = await platform.tenant('Club')
  return { platform, club, schedules: await club.service(schedulesService, 'rota') }
}
const day = 86_400_000

t.test('a plugin runs its job at times of its own, in the time of the organisation', async (t) => {
  const { platform, club, schedules } = await open()
  t.teardown(() => platform.close())
  await club.unit((tx) => schedules.set(tx, ring))
  t.same(
    (await club.unit((tx) => schedules.next(tx, ring.cron, 2))).map((at) => at.toISOString()),
    ['2027-01-11T07:00:00.000Z', '2027-01-12T07:00:00.000Z'],
  )
  await platform.advance(day)
  await platform.settle()
  t.same(rung, ['anna 2027-01-11T07:00:00.000Z'])
  await club.unit((tx) => schedules.set(tx, { ...ring, cron: '0 9 * * *', input: { who: 'berta' } }))
  await platform.advance(day)
  await platform.settle()
  t.same(rung.slice(1), ['berta 2027-01-12T08:00:00.000Z'], 'the key has one schedule')
  await club.unit((tx) => schedules.remove(tx, ring))
  await platform.advance(day)
  t.equal(await platform.settle(), 1, 'core alone')
})

t.test('they follow the organisation into another time zone, and rest while the plugin is off', async (t) => {
  const { platform, club, schedules } = await open()
  t.teardown(() => platform.close())
  await club.unit((tx) => schedules.set(tx, ring))
  const admin = await club.admin()
  t.equal((await admin.put('/api/v1/organizations/current', { timeZone: 'Asia/Tokyo' })).statusCode, 200)
  await platform.advance(day)
  await platform.settle()
  t.same(rung, ['anna 2027-01-10T23:00:00.000Z'])
  await club.disable('rota')
  await platform.advance(3 * day)
  await platform.settle()
  t.equal(rung.length, 1)
  await club.enable('rota')
  await platform.advance(day)
  await platform.settle()
  t.same(rung.slice(1), ['anna 2027-01-14T23:00:00.000Z'], 'once, and nothing of what was missed')
})

t.test('what is no time is refused', async (t) => {
  const { platform, club, schedules } = await open()
  t.teardown(() => platform.close())
  const set = (cron: string) =>
    club
      .unit((tx) => schedules.set(tx, { ...ring, cron }))
      .then(
        () => 200,
        (error: Problem) => error.status,
      )
  for (const cron of [
    '',
    'often',
    '* * * * * *',
    '*/20 * * * * *',
    '0,30 0 8 * * *',
    '0 0 31 2 *',
    '61 * * * *',
    '0 '.repeat(200),
  ])
    t.equal(await set(cron), 400, cron)
  for (const cron of ['* * * * *', '30 0 8 * * *', '@daily']) t.equal(await set(cron), 200, cron)
})

t.test('a plugin sets times of its own jobs alone, with an input they take', async (t) => {
  const { platform, club, schedules } = await open()
  t.teardown(() => platform.close())
  const stranger = await club.service(schedulesService, 'core')
  await t.rejects(
    club.unit((tx) => stranger.set(tx, ring)),
    /has no job/,
  )
  await t.rejects(
    club.unit((tx) => schedules.set(tx, { ...ring, input: { whom: 'anna' } })),
    /would refuse this input/,
  )
})

t.test('what was sealed opens in its organisation, for its plugin and at its place alone', async (t) => {
  const { platform, club } = await open()
  t.teardown(() => platform.close())
  const other = await platform.tenant('Other')
  const seals = await club.service(sealsService, 'rota')
  const sealed = seals.seal('key', 'the secret')
  t.notMatch(sealed, /secret/)
  t.equal(seals.unseal('key', sealed), 'the secret')
  t.throws(() => seals.unseal('another', sealed))
  for (const stranger of [await other.service(sealsService, 'rota'), await club.service(sealsService, 'core')])
    t.throws(() => stranger.unseal('key', sealed))
})
