import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'
import { stampingPlugin } from './stamping.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin, stampingPlugin()] })
t.teardown(() => platform.close())
const bulk = '/api/v1/members/bulk-operations'
const members = 1600

t.test('an operation whose node is killed goes on where it was, and does nothing twice', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const [{ role }] = (await club.unit(async (tx) => {
    await tx.query(
      `INSERT INTO members.member (tenant_id, id, display_name, search, name_key)
       SELECT $1, gen_random_uuid(), 'Member ' || n, 'member ' || n, '|member' || n FROM generate_series(1, $2::int) n`,
      [tx.tenantId, members],
    )
    return tx.query<{ role: string }>(`SELECT app.role('rw')::text AS role`)
  })) as [{ role: string }]
  const filter = { field: 'status', op: 'eq', value: 'active' }
  const plan = (await admin.post(bulk, { operation: 'stamp', filter })).json()
  t.match(plan, { state: 'planned', counts: { change: members } })
  await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })

  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'apply-and-hang.ts'),
      JSON.stringify({ ownerUrl: platform.ownerUrl, roleOwner: role.replace(/_rw$/, ''), dataDir: platform.dataDir }),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')

  const left = (await admin.get(`${bulk}/${plan.id}`)).json()
  t.match(left, { state: 'applying', progress: { done: 1000, of: members } }, 'two batches stand, the third is gone')

  await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })
  await platform.settle()
  t.match(
    (await admin.get(`${bulk}/${plan.id}`)).json(),
    { progress: { done: 1000 } },
    'a node just heard of is left alone',
  )

  await platform.advance(31_000)
  t.equal((await admin.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })).statusCode, 202)
  await platform.settle()
  t.match((await admin.get(`${bulk}/${plan.id}`)).json(), {
    state: 'applied',
    result: { changed: members, skipped: 0, failed: 0 },
  })
  const stamps = await club.unit((tx) =>
    tx.query<{ times: number; members: number }>(
      `SELECT times, count(*)::int AS members FROM (
         SELECT count(*)::int AS times FROM members.activity WHERE tenant_id = $1 AND kind = 'stamped' GROUP BY member_id) s GROUP BY times`,
      [tx.tenantId],
    ),
  )
  t.same(stamps, [{ times: 1, members }], 'each member once')
})
