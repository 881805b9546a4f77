/** Sections B to F of the list as one table, each through the real supervisor, with a healthy run of another organisation after it. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { SandboxLimits } from '@guildhall/sdk'
import type { Test } from 'tap'
import type { Attack } from './attacks/attack.ts'
import { boundary } from './attacks/boundary.ts'
import { cpu } from './attacks/cpu.ts'
import { later } from './attacks/later.ts'
import { memory } from './attacks/memory.ts'
import { others } from './attacks/others.ts'
import { parser } from './attacks/parser.ts'
import { Ground, residentMb } from './ground.ts'

interface Section {
  readonly what: string
  readonly attacks: readonly Attack[]
  /** What this section needs to reach the fence it is about. */
  readonly limits: Partial<SandboxLimits>
}

export const sections: readonly Section[] = [
  { what: 'code that does not let go of the processor', attacks: cpu, limits: { heapMb: 32 } },
  { what: 'code that takes memory', attacks: memory, limits: { cpuMs: 250, wallMs: 5000 } },
  { what: 'code that exhausts stack and parser', attacks: parser, limits: { cpuMs: 3000, wallMs: 10_000 } },
  { what: 'values too large to leave, and floods of calls', attacks: boundary, limits: { cpuMs: 1000, wallMs: 3000 } },
  { what: 'the other attacks that were measured', attacks: others, limits: {} },
  { what: 'the attacks that came later', attacks: later, limits: {} },
]

export async function holdAgainst(t: Test, attacks: readonly Attack[], limits: SandboxLimits): Promise<void> {
  await using ground = new Ground({ limits })
  await ground.healthy(t)
  const before = settledMb()
  // The collector was at work just now, and nothing else.
  await ground.healthy(t)
  ground.longestStall = 0
  for (const attack of attacks)
    await t.test(`${attack.number} ${attack.name}`, async (t) => {
      const { end, used } = await ground.attack(t, attack)
      t.comment(
        `${attack.name}: ${end} after ${Math.round(used.wallMs)} ms, ${Math.round(used.cpuMs)} ms of them computing`,
      )
    })
  t.ok(ground.peakMb < 450, `no runner took more than ${Math.round(ground.peakMb)} MB`)
  t.ok(ground.longestStall < 100, `the supervisor was kept busy for ${Math.round(ground.longestStall)} ms at most`)
  const grown = settledMb() - before
  t.ok(grown < 20, `and grew by ${Math.round(grown)} MB`)
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Of this process, without what nobody has tidied up yet: that is the collector's time and not what attacks leave behind. */
function settledMb(): number {
  for (let i = 0; i < 3; i++) collect()
  return residentMb('self')
}
