import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { fuzzOperation, inOrder, prepareFuzz } from '../contract/fuzz.ts'

t.setTimeout(1_100_000)

/** Another one each time, but in CI, where a change is judged by what it did. FUZZ_SEED repeats what was found. */
const seed = Number(process.env.FUZZ_SEED ?? (process.env.CI ? 20_270_101 : Date.now() % 2 ** 31))
t.comment(`FUZZ_SEED=${seed}`)

t.test('at length, whatever is sent, each operation answers as the document says', async (t) => {
  await using platform = await startTestPlatform()
  const fuzz = await prepareFuzz(platform)
  for (const operation of inOrder(fuzz.document)) {
    const found = await fuzzOperation(fuzz, operation, { seed, runs: 1000, milliseconds: 700 })
    t.equal(found, null, `${operation.method} ${operation.path}`)
  }
  t.same((await platform.drain()).failures, [])
})
