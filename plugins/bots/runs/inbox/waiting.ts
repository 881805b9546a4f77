/** Why runs wait that nobody has taken yet: found out when somebody looks, for it changes with every run that ends. */
import type { Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import { noRoom, runsUnderWay } from '../life/queue.ts'
import type { RunView } from './run-schema.ts'

const waits = ({ status, reason }: RunView) => status === 'queued' && reason === null

export async function withReasons<V extends RunView>(ctx: BotsContext, tx: Tx, runs: readonly V[]): Promise<V[]> {
  if (!runs.some(waits)) return [...runs]
  const running = await runsUnderWay(tx)
  return runs.map((run) => (waits(run) ? { ...run, reason: noRoom(running, run, ctx.config.runsAtOnce) } : run))
}
