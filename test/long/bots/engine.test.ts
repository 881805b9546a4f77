import { readdirSync } from 'node:fs'
import t from 'tap'
import { holdAgainst, sections } from '../../bots/engine/attack-table.ts'
import { botThatEvaluates } from '../../bots/engine/attacks/attack.ts'
import { memory } from '../../bots/engine/attacks/memory.ts'
import { fullLimits, Ground, quickLimits, residentMb } from '../../bots/engine/ground.ts'

/** The sandbox at the platform's own limits, and over a long time. */
t.setTimeout(1_200_000)

for (const { what, attacks } of sections)
  t.test(`contained at full limits: ${what}`, (t) =>
    holdAgainst(t, attacks, { ...fullLimits, cpuMs: 2000, wallMs: 10_000 }),
  )

t.test('55: a thousand memory bombs in a row leave nothing behind', async (t) => {
  await using ground = new Ground({ limits: { ...quickLimits, cpuMs: 300, wallMs: 2000 } })
  const descriptors = () => readdirSync('/proc/self/fd').length
  const bomb = async (i: number) => {
    const { code } = memory[i % memory.length] as (typeof memory)[number]
    const { end } = await ground.sandbox.run(ground.job(botThatEvaluates(code), { tenantId: `tenant-${i % 7}` }))
    return end
  }
  const ends = new Map<string, number>()
  // Two at a time, of two organisations: a runner each.
  const pair = (i: number) => Promise.all([bomb(i), bomb(i + 1)])
  for (let i = 0; i < 100; i += 2) await pair(i)
  const before = { mb: residentMb('self'), descriptors: descriptors() }
  for (let i = 0; i < 1000; i += 2) {
    for (const end of await pair(i)) ends.set(end, (ends.get(end) ?? 0) + 1)
    if (i % 50 === 0) await ground.healthy(t)
  }
  t.comment(JSON.stringify([...ends]), `peak of a runner ${Math.round(ground.peakMb)} MB`)
  t.ok(ground.peakMb < 450)
  t.ok(
    Math.abs(residentMb('self') - before.mb) < 20,
    `from ${Math.round(before.mb)} to ${Math.round(residentMb('self'))} MB`,
  )
  t.ok(descriptors() - before.descriptors < 10, 'no file descriptors')
  t.ok(ground.sandbox.pids.length <= 3, 'no processes')
})
