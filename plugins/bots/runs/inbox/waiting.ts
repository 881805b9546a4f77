/** Why runs wait that nobody has taken yet: found out when somebody looks, for it changes with every run that ends. */
import type { Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import { noRoom, runsUnderWay } from '../life/queue.ts'
import type { RunView } from './run-schema.ts'

const waits = ({ status, reason }: RunView) => status === 'queued' && reason === null

/** Until then it is about to be taken. */
const momentMs = 1_000

export async function withReasons<V extends RunView>(ctx: BotsContext, tx: Tx, runs: readonly V[]): Promise<V[]> {
  if (!runs.some(waits)) return [...runs]
  const running = await runsUnderWay(tx)
  const before = tx.now().getTime() - momentMs
  // Its organisation has a place for it: what is missing is a node, for all of them are busy, or none is there.
  const noNode = (run: V) => (Date.parse(run.queuedAt) < before ? 'Waiting for a node that has room' : null)
  return runs.map((run) =>
    waits(run) ? { ...run, reason: noRoom(running, run, ctx.config.runsAtOnce) ?? noNode(run) } : run,
  )
}
