import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { fuzzOperation, inOrder, prepareFuzz, seedOfRun } from './fuzz.ts'

t.setTimeout(180_000)

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const fuzz = await prepareFuzz(platform)
const seed = seedOfRun()
t.comment(`FUZZ_SEED=${seed}`)

// A few of each, however fast the machine is: what is not tried today is tried with tomorrow's seed, and at length by the long run.
const runs = 4

t.test('whatever is sent, each operation answers as the document says, and never with a fault of ours', async (t) => {
  for (const operation of inOrder(fuzz.document)) {
    const found = await fuzzOperation(fuzz, operation, { seed, runs })
    t.equal(found, null, `${operation.method} ${operation.path}`)
  }
})

t.test('what that left in the background can be worked through', async (t) => {
  const { failures } = await platform.drain()
  t.same(failures, [])
})
