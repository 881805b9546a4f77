import t from 'tap'
import { boundary } from './attacks/boundary.ts'
import { cpu } from './attacks/cpu.ts'
import { memory } from './attacks/memory.ts'
import { others } from './attacks/others.ts'
import { parser } from './attacks/parser.ts'
import { Ground, quickLimits, residentMb } from './ground.ts'

/** Sections B to F of the list, each through the real supervisor, with a healthy run of another organisation after it. */
t.setTimeout(300_000)

const tables = [
  { what: 'code that does not let go of the processor', attacks: cpu, limits: { ...quickLimits, heapMb: 32 } },
  { what: 'code that takes memory', attacks: memory, limits: { ...quickLimits, cpuMs: 250 } },
  {
    what: 'code that exhausts stack and parser',
    attacks: parser,
    limits: { ...quickLimits, cpuMs: 2000, wallMs: 5000 },
  },
  {
    what: 'values too large to leave, and floods of calls',
    attacks: boundary,
    limits: { ...quickLimits, cpuMs: 1000, wallMs: 3000 },
  },
  { what: 'the other attacks that were measured', attacks: others, limits: quickLimits },
]

for (const { what, attacks, limits } of tables)
  t.test(`contained: ${what}`, async (t) => {
    await using ground = new Ground({ limits })
    await ground.healthy(t)
    const before = residentMb('self')
    for (const attack of attacks)
      await t.test(`${attack.number} ${attack.name}`, async (t) => {
        const at = performance.now()
        const outcome = await ground.attack(t, attack)
        t.comment(`${attack.name}: ${outcome.end} after ${Math.round(performance.now() - at)} ms`)
      })
    t.ok(ground.peakMb < 450, `no runner took more than ${Math.round(ground.peakMb)} MB`)
    t.ok(ground.longestStall < 500, `the supervisor stood still for ${Math.round(ground.longestStall)} ms at most`)
    t.ok(residentMb('self') - before < 60, `and grew by ${Math.round(residentMb('self') - before)} MB`)
  })
