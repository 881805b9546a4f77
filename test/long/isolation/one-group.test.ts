import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { Club } from '../../isolation/club.ts'
import { furnish } from '../../isolation/matrix.ts'
import { atOneGroup, wardenOf } from '../../isolation/one-group.ts'
import { withRoutes } from '../../support/registered-routes.ts'

t.setTimeout(600_000)

const { started: platform, routes } = await withRoutes(() => startTestPlatform())
t.teardown(() => platform.close())
const own = await Club.found(platform, 'ourword')
await furnish({ routes, own, other: own })

t.test('who holds everything at one group reaches nothing that is not of it', async (t) => {
  t.same(await atOneGroup({ routes, own }, await wardenOf(own)), [])
})
