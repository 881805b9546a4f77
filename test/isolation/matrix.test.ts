import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { withRoutes } from '../support/registered-routes.ts'
import { Club } from './club.ts'
import { guardedElsewhere, open } from './expected/index.ts'
import {
  callersOf,
  coverage,
  foreignCells,
  furnish,
  guarded,
  type Matrix,
  ownCells,
  roleCells,
  strangerCells,
} from './matrix.ts'
import { checksums, connectOwner, plant } from './traces.ts'

t.setTimeout(240_000)

const { started: platform, routes } = await withRoutes(() => startTestPlatform())
const owner = await connectOwner(platform.ownerUrl)
t.teardown(async () => {
  await owner.end()
  await platform.close()
})

const [own, other] = [await Club.found(platform, 'ourword'), await Club.found(platform, 'canaryzq7')]
await furnish({ routes, own, other })
await platform.drain()
const planted = await plant(owner, other.tenant.id, other.word)
const m: Matrix = { routes, own, other, callers: await callersOf(own) }

t.test('every route stands in the hand-written table, and every id it takes is tried', async (t) => {
  t.same(coverage(m), [])
})

t.test('the canary stands in texts of the other organisation', async (t) => {
  t.ok(planted.length > 10, planted.join(', '))
})

t.test('without a credential only what the security page names is open', async (t) => {
  const anonymous = routes.filter(({ access }) => access === null || 'public' in access).map(({ key }) => key)
  t.same(
    anonymous.filter((key) => !(key in open) && !(key in guardedElsewhere)),
    [],
    'nothing else is',
  )
  t.same(
    Object.keys({ ...open, ...guardedElsewhere }).filter((key) => !anonymous.includes(key)),
    [],
    'all of it is there',
  )
})

t.test('each principal gets the answer that the table gives him', async (t) => {
  t.same(await roleCells(m), [])
})

t.test('an id of another organisation is the id of nothing, and nothing of theirs changes', async (t) => {
  const before = await checksums(owner, other.tenant.id)
  t.same(await foreignCells(m), [])
  t.same(await checksums(owner, other.tenant.id), before)
})

t.test('an organisation one does not belong to is an organisation that does not exist', async (t) => {
  const before = await checksums(owner, own.tenant.id)
  t.same(await strangerCells(m), [])
  t.same(await checksums(owner, own.tenant.id), before)
})

t.test('with things of his own the administrator gets on, and nothing of the others changes', async (t) => {
  const before = await checksums(owner, other.tenant.id)
  t.same(await ownCells(m), [])
  t.same(await checksums(owner, other.tenant.id), before)
})

t.test('what one organisation caused in the background does not reach the other', async (t) => {
  const before = await checksums(owner, other.tenant.id)
  const { failures } = await platform.drain()
  t.same(failures, [])
  t.same(await checksums(owner, other.tenant.id), before)
})

t.comment(`${guarded(routes).length} guarded routes`)
