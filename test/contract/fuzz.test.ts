import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { fuzzOperation, prepareFuzz, seedOfToday } from './fuzz.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const fuzz = await prepareFuzz(platform)
const seed = seedOfToday()
t.comment(`FUZZ_SEED=${seed}`)

// Bounded in time: what is not tried today is tried with tomorrow's seed, and at length by the long run.
const milliseconds = 30_000 / fuzz.document.operations.length
t.setTimeout(120_000)

t.test('whatever is sent, each operation answers as the document says, and never with a fault of ours', async (t) => {
  for (const operation of fuzz.document.operations) {
    const found = await fuzzOperation(fuzz, operation, { seed, runs: 60, milliseconds })
    t.equal(found, null, `${operation.method} ${operation.path}`)
  }
})

t.test('what that left in the background can be worked through', async (t) => {
  const { failures } = await platform.drain()
  t.same(failures, [])
})
