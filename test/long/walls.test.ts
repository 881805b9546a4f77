import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { Club } from '../isolation/club.ts'
import { callersOf, foreignCells, furnish, type Matrix, ownCells, readings, roleCells } from '../isolation/matrix.ts'
import { checksums, connectOwner, plant } from '../isolation/traces.ts'
import { dropPolicies, forgetTenants, withoutTenant } from '../isolation/walls.ts'
import { withRoutes } from '../support/registered-routes.ts'

t.setTimeout(300_000)

const { started: platform, routes } = await withRoutes(() => startTestPlatform())
const owner = await connectOwner(platform.ownerUrl)
t.teardown(async () => {
  await owner.end()
  await platform.close()
})
const [own, other] = [await Club.found(platform, 'ourword'), await Club.found(platform, 'canaryzq7')]
await furnish({ routes, own, other })
await platform.drain()
await plant(owner, other.tenant.id, other.word)
const m: Matrix = { routes, own, other, callers: await callersOf(own) }
// Readers show what leaks, foreign ids show what can be reached.
const cells = async () => [...(await roleCells(m)), ...(await foreignCells(m))]
const usual = await cells()
// The first reading leaves its mark on tokens that are used; the second is what all others are like.
await readings(m)
const read = await readings(m)

t.test('the conditions that the first wall is made of are found in SQL', async (t) => {
  for (const sql of [
    'SELECT a FROM b WHERE tenant_id = $1 AND id = $2',
    'SELECT a FROM b m WHERE m.tenant_id = $1::uuid',
    `SELECT a FROM b WHERE "Plan"."tenant_id" = '01900000-0000-7000-8000-000000000001'`,
    'SELECT a FROM b WHERE $1 = m.tenant_id',
  ])
    t.notMatch(withoutTenant(sql), /tenant_id/, sql)
  const join = 'SELECT a FROM b JOIN c ON c.tenant_id = b.tenant_id'
  t.equal(withoutTenant(join), join)
})

t.test('without the conditions in SQL, row-level security holds', async (t) => {
  const before = await checksums(owner, other.tenant.id)
  const forgotten = forgetTenants()
  t.teardown(() => forgotten.restore())
  t.same(await readings(m), read, 'lists and figures are what they were')
  t.same(await cells(), usual)
  t.same(await ownCells(m), [])
  forgotten.restore()
  t.ok(forgotten.rewritten() > 50, `${forgotten.rewritten()} statements went without`)
  t.same(await checksums(owner, other.tenant.id), before)
})

t.test('without row-level security, the conditions in SQL hold', async (t) => {
  const before = await checksums(owner, other.tenant.id)
  const standing = await readings(m)
  const restore = await dropPolicies(owner)
  t.teardown(restore)
  t.same(await readings(m), standing, 'lists and figures are what they were')
  t.same(await cells(), usual)
  t.same(await ownCells(m), [])
  t.same(await checksums(owner, other.tenant.id), before)
})

t.test('without both, the matrix sees what leaks: it is not blind', async (t) => {
  const restore = await dropPolicies(owner)
  const forgotten = forgetTenants()
  t.teardown(async () => {
    forgotten.restore()
    await restore()
  })
  const found = (await cells()).filter((finding) => !usual.includes(finding))
  t.ok(found.length > 10, `${found.length} findings`)
  t.match(found.join('\n'), /shows a text of the other organisation/)
})
