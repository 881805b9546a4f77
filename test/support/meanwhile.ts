import type { Tx } from '@guildhall/sdk'
import type { TestTenant } from '#core/testing/index.ts'
import { until } from './until.ts'

/** What is asked for while a unit of work is open that holds it up; the unit ends when it is waited for. */
export async function meanwhile<R>(
  club: TestTenant,
  held: (tx: Tx) => Promise<unknown>,
  ask: () => Promise<R>,
): Promise<R> {
  const asked = await club.unit(async (tx) => {
    await held(tx)
    const asking = ask()
    const waiting = 'SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))'
    await until('it waits for this unit', async () => (await tx.query(waiting)).length > 0)
    return { asking }
  })
  return asked.asking
}
