import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { unserved } from '../contract/indexes.ts'

t.setTimeout(1_000_000)

t.test('every offered filter and sort is served by an index, with 20,000 of each', async (t) => {
  await using platform = await startTestPlatform()
  const { found, asked } = await unserved(platform, 20_000)
  t.ok(asked > 100, `${asked} queries`)
  t.same(found, [])
})
