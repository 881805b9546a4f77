import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { fuzzOperation, inOrder, prepareFuzz } from '../contract/fuzz.ts'

t.setTimeout(1_100_000)

/** Another one each time: the long run looks where nobody looked yet. FUZZ_SEED repeats what it found. */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
t.comment(`FUZZ_SEED=${seed}`)

t.test('at length, whatever is sent, each operation answers as the document says', async (t) => {
  await using platform = await startTestPlatform()
  const fuzz = await prepareFuzz(platform)
  for (const operation of inOrder(fuzz.document)) {
    const found = await fuzzOperation(fuzz, operation, { seed, runs: 1000, milliseconds: 5_000 })
    t.equal(found, null, `${operation.method} ${operation.path}`)
  }
  t.same((await platform.drain()).failures, [])
})
