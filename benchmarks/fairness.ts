/**
 * One organisation starts eight bots that spin, with as many runs at once as it may have; another one's runs go on beside
 * them. Wanted: their p95, from being asked for to their end, within 10 times what it is on a quiet node.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { botOf, posting, query, served } from './bot-ground.ts'
import { type Ground, prepareGround } from './ground.ts'

const spinning = 8
const runs = 40

export interface Fairness {
  /** Milliseconds at p95 of a run of the other organisation, from being asked for to its end. */
  readonly quiet: number
  readonly busy: number
  /** Some were spinning still when the last of the others' runs ended: the number stands for all of them. */
  readonly still: boolean
  /** How the bots that spin ended, in the end. */
  readonly ends: readonly string[]
}

export async function benchFairness(): Promise<void> {
  const { quiet, busy, still } = await fairness()
  console.log(
    `run of another organisation, asked for -> ended: p95 ${quiet} ms on a quiet node, ${busy} ms beside ${spinning} bots that spin, ` +
      `ratio ${(busy / quiet).toFixed(1)} (wanted: at most 10)${still ? '' : '; the spinning ended before them'}`,
  )
}

export async function fairness(): Promise<Fairness> {
  const ground = await prepareGround()
  try {
    return await measure(ground)
  } finally {
    await ground.close()
  }
}

async function measure(ground: Ground): Promise<Fairness> {
  const loud = await ground.organization('loud', 0)
  const calm = await ground.organization('calm', 0)
  const node = await served(ground, 'all')
  try {
    const [postLoud, postCalm] = [posting(node, loud.token), posting(node, calm.token)]
    const spins = Array.from({ length: spinning }, (_, n) => `spins-${n}`)
    const manual = { kind: 'action', triggers: { manual: {} } } as const
    for (const id of spins) await botOf(postLoud, { id, code: 'for (;;);', ...manual })
    await botOf(postCalm, { id: 'counts', code: `await ctx.state.set('n', 1); ctx.log('counted')`, ...manual })
    await postLoud('/plugins/bots', { config: { runsAtOnce: 4, mailsADay: 1, keepRunsDays: 1 } }, { method: 'PUT' })

    const once = () => timeOf(ground, () => postCalm('/bots/counts/run', {}))
    await p95Of(once)
    const quiet = await p95Of(once)
    await Promise.all(spins.map((id) => postLoud(`/bots/${id}/run`, {})))
    const busy = await p95Of(once)
    const still = (await statesOf(ground, loud.id)).some(({ status }) => status === 'running')
    let states: Awaited<ReturnType<typeof statesOf>>
    do {
      await pause(200)
      states = await statesOf(ground, loud.id)
    } while (states.some(({ ended }) => ended === null))
    return { quiet, busy, still, ends: states.map(({ ended }) => String(ended)) }
  } finally {
    await node.stop()
  }
}

async function p95Of(once: () => Promise<number>): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < runs; n++) times.push(await once())
  return times.toSorted((a, b) => a - b)[Math.ceil(runs * 0.95) - 1]!
}

async function timeOf(ground: Ground, start: () => Promise<{ id: string }>): Promise<number> {
  const { id } = await start()
  for (;;) {
    const [run] = await query<{ status: string; ms: number | null }>(
      ground,
      `SELECT status, (1000 * extract(epoch FROM finished_at - queued_at))::int AS ms FROM bots.run WHERE id = $1`,
      [id],
    )
    if (run && run.ms !== null) {
      if (run.status !== 'ok') throw new Error(`The run of the other organisation is ${run.status}`)
      return run.ms
    }
    await pause(5)
  }
}

const statesOf = (ground: Ground, tenantId: string) =>
  query<{ status: string; ended: string | null }>(ground, 'SELECT status, ended FROM bots.run WHERE tenant_id = $1', [
    tenantId,
  ])
