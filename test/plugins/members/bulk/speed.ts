/** How long plans and applies of a large register take: `node test/plugins/members/bulk/speed.ts [members]`. */
import pg from 'pg'
import { startTestPlatform } from '#core/testing/index.ts'

const members = Number(process.argv[2] ?? 100_000)
const platform = await startTestPlatform()
const club = await platform.tenant('Club')
const admin = await club.admin()
const bulk = '/api/v1/members/bulk-operations'
await club.unit((tx) =>
  tx.query(
    `INSERT INTO members.member (tenant_id, id, display_name, search, name_key, last_name_key, first_name_key, display_name_key)
     SELECT $1, gen_random_uuid(), 'Member ' || n, 'member ' || n, '|member' || n, 'member ' || n, '', '' FROM generate_series(1, $2::int) n`,
    [tx.tenantId, members],
  ),
)
// As autovacuum does within a minute.
const owner = new pg.Client({ connectionString: platform.ownerUrl })
await owner.connect()
await owner.query('ANALYZE')
await owner.end()
const timed = async <R>(what: string, fn: () => Promise<R>): Promise<R> => {
  const start = performance.now()
  const result = await fn()
  const mb = Math.round(process.memoryUsage().rss / 1_048_576)
  process.stdout.write(`${what}: ${Math.round(performance.now() - start)} ms, ${mb} MB\n`)
  return result
}
const group = (await admin.post('/api/v1/groups', { name: 'Everybody' })).json()
const plan = (
  await admin.post('/api/v1/members/plans', {
    name: 'All',
    price: { amount: 0, currency: 'EUR' },
    billingCycle: 'free',
  })
).json()
const filter = { field: 'status', op: 'in', value: ['active', 'suspended', 'pending', 'expired'] }
for (const [operation, parameters] of [
  ['tag', { add: ['all'] }],
  ['addToGroup', { groupId: group.id }],
  ['changePlan', { planId: plan.id }],
  ['suspend', {}],
  ['export', {}],
] as const) {
  const begun = (
    await timed(`${operation} plan, answer`, () => admin.post(bulk, { operation, parameters, filter, reason: 'speed' }))
  ).json()
  await timed(`${operation} plan, whole`, () => platform.settle())
  const planned = (await admin.get(`${bulk}/${begun.id}`)).json()
  process.stdout.write(`${JSON.stringify({ ...planned.counts, state: planned.state })}\n`)
  const answer = await timed(`${operation} apply, answer`, () =>
    admin.post(`${bulk}/${begun.id}/apply`, { hash: planned.hash }),
  )
  if (answer.statusCode !== 202) process.stdout.write(answer.body)
  await timed(`${operation} apply, whole`, () => platform.settle())
  process.stdout.write(`${JSON.stringify((await admin.get(`${bulk}/${begun.id}`)).json().result)}\n`)
}
await platform.close()
