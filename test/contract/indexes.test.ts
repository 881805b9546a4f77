import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { unserved } from './indexes.ts'

t.setTimeout(240_000)

t.test('every offered filter and sort is served by an index (5,000 of each)', async (t) => {
  await using platform = await startTestPlatform()
  const { found, asked } = await unserved(platform, 5_000)
  t.ok(asked > 100, `${asked} queries`)
  t.same(found, [])
})
