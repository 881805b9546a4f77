import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { fuzzOperation, inOrder, onlyRefused, prepareFuzz, seedOfRun } from '../contract/fuzz.ts'

t.setTimeout(1_100_000)

const seed = seedOfRun()
t.comment(`FUZZ_SEED=${seed}`)

t.test('whatever is sent, each operation answers as the document says, and never with a fault of ours', async (t) => {
  await using platform = await startTestPlatform()
  const fuzz = await prepareFuzz(platform)
  for (const operation of inOrder(fuzz.document)) {
    const found = await fuzzOperation(fuzz, operation, { seed, runs: 1000, milliseconds: 450 })
    t.equal(found, null, `${operation.method} ${operation.path}`)
  }
  const refused = onlyRefused(fuzz)
  t.ok(refused.length < fuzz.document.operations.length / 2, `only refused: ${refused.join(', ')}`)
  t.same((await platform.drain()).failures, [])
})
