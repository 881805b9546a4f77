import t from 'tap'
import { holdAgainst, sections } from './attack-table.ts'
import { quickLimits } from './ground.ts'

t.setTimeout(300_000)

for (const { what, attacks, limits } of sections)
  t.test(`contained: ${what}`, (t) => holdAgainst(t, attacks, { ...quickLimits, ...limits }))
