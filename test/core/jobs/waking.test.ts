import { definePlugin } from '@guildhall/sdk'
import { QueryTypes } from 'sequelize'
import t from 'tap'
import Type from 'typebox'
import { systemClock } from '#core/clock.ts'
import { databaseUrls } from '#core/database/connections.ts'
import { openRuntime } from '#core/runtime.ts'
import { startTestPlatform, type TestPlatform, testMasterKey } from '#core/testing/index.ts'
import { until } from '../../support/until.ts'

/** A node hears of prompt jobs; by its polls alone it would start the first of them within half a minute. */
const atOnce = 6
const underWay: (() => void)[] = []

const kitchen = definePlugin({
  id: 'kitchen',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Kitchen',
  config: { schema: Type.Object({}) },
  permissions: {},
  jobs: (j) =>
    j.job({
      id: 'kitchen.cook',
      title: 'Cook',
      input: Type.Object({}),
      timeoutMs: 60_000,
      attempts: 1,
      prompt: true,
      atOnce: { node: atOnce, tenant: atOnce },
      run: () => new Promise<void>((done) => underWay.push(done)),
    }),
})

const ask = <Row extends object>({ runtime }: TestPlatform, text: string) =>
  runtime.database.platform.query<Row>(text, { type: QueryTypes.SELECT })

/** A node of its own beside the test's platform; `rw` in the place of the role that serves requests. */
async function openNode(platform: TestPlatform, o: { rw?: string } = {}) {
  const [row] = await ask<{ role: string }>(platform, `SELECT app.role('rw')::text AS role`)
  const roleOwner = row!.role.replace(/_rw$/, '')
  return openRuntime({
    urls: { ...databaseUrls({ ownerUrl: platform.ownerUrl, masterKey: testMasterKey, roleOwner }), ...o },
    pool: { rw: 4, platform: 2 },
    plugins: [kitchen],
    core: {
      dataDir: platform.dataDir,
      organizationDefaults: { inviteExpiryDays: 7, membershipReminderDays: 30 },
      publicUrl: 'http://localhost:8000',
    },
    masterKey: testMasterKey,
    clock: systemClock,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    working: true,
  })
}

t.test('a job wakes one of the workers that rest, and as many as there are jobs', async (t) => {
  await using platform = await startTestPlatform({ plugins: [kitchen] })
  const club = await platform.tenant('Club')
  const node = await openNode(platform)
  t.teardown(() => {
    for (const done of underWay.splice(0)) done()
    return node.close()
  })
  const woken: string[] = []
  const { boss } = node
  const notifyWorker = boss.notifyWorker.bind(boss)
  boss.notifyWorker = (id) => {
    woken.push(id)
    notifyWorker(id)
  }
  await node.work()
  const looked = async () =>
    boss.getWipData().filter(({ name, lastFetchedOn }) => name === 'kitchen.cook' && lastFetchedOn !== null).length
  await until('all rest', async () => (await looked()) === atOnce)

  await club.unit((tx) => tx.enqueue('kitchen.cook', {}))
  await until('one cooks', async () => underWay.length === 1)
  t.equal(woken.length, 2, 'one for the job, and one to see whether there is another')

  await club.unit(async (tx) => {
    for (let n = 1; n < atOnce; n++) await tx.enqueue('kitchen.cook', {})
  })
  await until('all cook', async () => underWay.length === atOnce)
  for (const done of underWay.splice(0)) done()
  await until(
    'all is done',
    async () =>
      (await ask(platform, `SELECT 1 FROM pgboss.job WHERE name = 'kitchen.cook' AND state < 'completed' LIMIT 1`))
        .length === 0,
  )
  t.pass()
})

t.test('a node that may not start leaves no connection behind', async (t) => {
  await using platform = await startTestPlatform({ plugins: [kitchen] })
  await t.rejects(openNode(platform, { rw: platform.ownerUrl }), /is a superuser/)
  const left = `SELECT 1 FROM pg_stat_activity
                 WHERE datname = current_database() AND usename = '${new URL(platform.ownerUrl).username}'
                   AND application_name LIKE 'guildhall rw %'`
  await until('the pool is closed', async () => (await ask(platform, left)).length === 0)
})
