import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { unserved } from '../contract/indexes.ts'

t.setTimeout(900_000)

t.test('every offered filter and sort is served by an index (100,000 of each)', async (t) => {
  await using platform = await startTestPlatform()
  const { found, asked, filledIn } = await unserved(platform, 100_000)
  t.ok(asked > 100, `${asked} queries`)
  t.comment(`filled in ${Math.round(filledIn / 1000)} s`)
  t.same(found, [])
})
