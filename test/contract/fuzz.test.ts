import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { fuzzOperation, inOrder, prepareFuzz, seedOfToday } from './fuzz.ts'

t.setTimeout(180_000)

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const fuzz = await prepareFuzz(platform)
const seed = seedOfToday()
t.comment(`FUZZ_SEED=${seed}`)

// Bounded in time: what is not tried today is tried with tomorrow's seed, and at length by the long run.
const milliseconds = 12_000 / fuzz.document.operations.length

t.test('whatever is sent, each operation answers as the document says, and never with a fault of ours', async (t) => {
  for (const operation of inOrder(fuzz.document)) {
    const found = await fuzzOperation(fuzz, operation, { seed, runs: 60, milliseconds })
    t.equal(found, null, `${operation.method} ${operation.path}`)
  }
})

t.test('the fuzz gets through: operations were done, not only refused', async (t) => {
  const done = (operation: { method: string; path: string }) =>
    [...(fuzz.seen.get(`${operation.method} ${operation.path}`) ?? [])].some((status) => status < 400)
  const [doneOnce, never] = [
    fuzz.document.operations.filter(done),
    fuzz.document.operations.filter((one) => !done(one)),
  ]
  t.comment(`${doneOnce.length} done; only refused: ${never.map(({ method, path }) => `${method} ${path}`).join(', ')}`)
  t.ok(doneOnce.length > fuzz.document.operations.length / 2)
})

t.test('what that left in the background can be worked through', async (t) => {
  const { failures } = await platform.drain()
  t.same(failures, [])
})
