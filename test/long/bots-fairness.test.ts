import t from 'tap'
import { fairness } from '../../benchmarks/fairness.ts'

t.setTimeout(300_000)

t.test('eight bots that spin leave the runs of another organisation their time', async (t) => {
  const { quiet, busy, still, ends } = await fairness()
  // Ten times is the promise; the floor is for machines on which everything else is tested at the same time.
  t.comment(`p95 quiet ${quiet} ms, beside eight spinning ${busy} ms`)
  t.ok(busy < Math.max(10 * quiet, 500), `${busy} ms beside ${quiet} ms`)
  t.ok(still, 'none of the others had to wait until the spinning was over')
  t.same(ends, Array(8).fill('cpu'), 'they end by their limit')
})
