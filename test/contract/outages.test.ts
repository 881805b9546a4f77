import { once } from 'node:events'
import t from 'tap'
import { ChangeListener, changedChannel } from '#core/invalidation/listener.ts'
import { createEmptyDatabase, startTestPlatform } from '#core/testing/index.ts'
import { connectOwner } from '../isolation/traces.ts'
import { breakableWay } from '../support/breakable-database.ts'
import { until } from '../support/until.ts'

t.setTimeout(180_000)

/** What goes away comes back: nobody restarts the platform for it. */

const direct = await createEmptyDatabase()
const way = await breakableWay(direct.ownerUrl)
const before = process.env.GUILDHALL_TEST_DATABASE_URL
process.env.GUILDHALL_TEST_DATABASE_URL = way.through(direct.ownerUrl)
const platform = await startTestPlatform({ pool: 3 })
if (before === undefined) delete process.env.GUILDHALL_TEST_DATABASE_URL
else process.env.GUILDHALL_TEST_DATABASE_URL = before

const own = new URL(direct.ownerUrl)
own.pathname = new URL(platform.ownerUrl).pathname
const owner = await connectOwner(own.href)
const club = await platform.tenant('Club')
const admin = await club.admin()
t.teardown(async () => {
  await owner.end()
  way.mend()
  await platform.close()
  await way.close()
  await direct.drop()
})

const unavailable = { type: '/docs/errors#database-unavailable', status: 503 }
const works = async () => (await admin.get('/api/v1/members')).statusCode === 200

t.test('without a database, requests are told to come back later; with one again, they are served', async (t) => {
  t.ok(await works())
  way.cut()
  for (const ask of [
    () => admin.get('/api/v1/members'),
    () => admin.post('/api/v1/members', { firstName: 'x' }),
    () => club.client(null).get('/api/v1/members/plans', { authorization: 'Bearer gh_x' }),
  ]) {
    const answer = await ask()
    if (answer.statusCode === 401) continue // refused before anybody asked the database
    t.match(answer.json(), unavailable, answer.body)
    t.ok(answer.headers['retry-after'])
    t.notMatch(answer.body, /ECONN|127\.0\.0\.1|terminat|sequelize/i, 'and nothing of what is inside')
  }
  t.equal((await club.client(null).get('/health/live')).statusCode, 200, 'the node lives')
  way.mend()
  await until('requests are served again', works)
})

t.test('a database that goes away in the middle of a change leaves nothing half done', async (t) => {
  const total = async () => (await owner.query('SELECT count(*)::int AS n FROM members.member')).rows[0].n as number
  const standing = await total()
  // Whoever writes waits for this lock, and so is in the middle when the cable goes.
  await owner.query('BEGIN; LOCK TABLE members.member IN ACCESS EXCLUSIVE MODE')
  const creating = admin.post('/api/v1/members', { firstName: 'Half', lastName: 'Done' }, { 'idempotency-key': 'half' })
  await until('the change waits for the lock', async () => {
    const { rows } = await owner.query(`SELECT 1 FROM pg_locks WHERE NOT granted`)
    return rows.length > 0
  })
  way.cut()
  t.match((await creating).json(), unavailable)
  await owner.query('COMMIT')
  way.mend()
  await until('requests are served again', works)
  t.equal(await total(), standing)
  const again = await admin.post(
    '/api/v1/members',
    { firstName: 'Half', lastName: 'Done' },
    { 'idempotency-key': 'half' },
  )
  t.equal(again.statusCode, 201, 'the key was not used up')
  t.equal(await total(), standing + 1)
})

t.test('backends that are ended one by one are replaced', async (t) => {
  for (let i = 0; i < 5; i++) {
    await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'guildhall rw%'`,
    )
    await until('requests are served again', works)
  }
  t.ok(await works())
})

t.test('while nobody would tell of changes, nothing is believed that was read before', async (t) => {
  const { changes } = platform.runtime
  const key = `role-${Date.now()}`
  const role = await admin.post('/api/v1/roles', { key, title: 'Reader', permissions: ['members.read'] })
  t.equal(role.statusCode, 201, role.body)
  const reader = await club.as({ role: key })
  const sees = async () => (await reader.get('/api/v1/members')).statusCode
  t.equal(await sees(), 200)
  /** As somebody would who tells nobody. */
  const permissions = (list: string) =>
    owner.query(`UPDATE core.role SET permissions = '${list}' WHERE tenant_id = $1 AND key = $2`, [club.id, key])
  await permissions('{}')
  t.equal(await sees(), 200, 'kept, because a change would have been told')
  await permissions('{members.read}')

  way.cut()
  await until('the line is lost', async () => changes.listenerCount('listening') > 0 && !(await works()))
  const listening = once(changes, 'listening')
  way.mend()
  t.same(await listening, [true])
  await permissions('{}')
  await until('what was kept before the line was lost is read anew', async () => (await sees()) === 403)
  await permissions('{members.read}')
  t.equal(await sees(), 403, 'and is kept again from now on')
})

t.test('a line that goes dead without a word is noticed, and replaced', async (t) => {
  const cable = await breakableWay(own.href)
  const changes = new ChangeListener({ url: cable.through(own.href), working: false, heartbeatMs: 200 })
  t.teardown(async () => {
    await changes.stop()
    await cable.close()
  })
  await changes.start()
  const heard: boolean[] = []
  changes.on('listening', (listening) => void heard.push(listening))
  cable.freeze()
  await until('it is lost, and there again', async () => heard.length >= 2)
  t.same(heard.slice(0, 2), [false, true])
  const told = once(changes, 'changed')
  await owner.query(`SELECT pg_notify('${changedChannel}', 'somewhere')`)
  t.same(await told, ['somewhere'])
})
