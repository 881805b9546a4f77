import { setTimeout as pause } from 'node:timers/promises'
import { rows } from '../../auth/platform-rows.ts'
import { runJobNow } from '../../core-plugin/routes/jobs.ts'
import type { JobData } from '../../jobs/queue.ts'
import type { Runtime } from '../../runtime.ts'
import { type Output, UsageError } from '../terminal/output.ts'
import { inOrganization, withPlatform } from '../workshop/open.ts'
import { findOrganization } from '../workshop/organization.ts'

/** Puts the job into the queue, then helps: whoever comes first runs it, this process or a running server. */
export async function run(
  o: { org: string; at?: string; key?: string },
  output: Output,
  [id = '']: readonly string[],
): Promise<void> {
  const at = o.at === undefined ? undefined : new Date(o.at)
  if (at && Number.isNaN(at.getTime()))
    throw new UsageError(`"${o.at}" is no time: write a date such as 2026-12-31 or 2026-12-31T18:00:00Z`)
  await withPlatform(async (workshop) => {
    const { runtime } = workshop
    const { id: tenantId, slug } = await findOrganization(runtime, o.org)
    const started = await inOrganization(workshop, tenantId, (tx) => runJobNow(runtime, tx, { id, at, key: o.key }))
    await finish(runtime, id, `${tenantId}:${started.key}`)
    output.result({ ...started, status: 'done' }, `${id} has run in ${slug}.`)
  })
}

/** @throws when the job failed; it stays in the queue and is tried again by the next node. */
async function finish(runtime: Runtime, name: string, key: string): Promise<void> {
  const { boss, worker, database } = runtime
  const state = async () =>
    (
      await rows<{ state: string; output: { message?: string } | null }>(
        database.platform,
        'SELECT state::text AS state, output FROM pgboss.job WHERE name = $1 AND singleton_key = $2 ORDER BY created_on DESC LIMIT 1',
        [name, key],
      )
    )[0]
  for (;;) {
    const now = await state()
    if (!now || now.state === 'completed') return
    if (now.state !== 'created' && now.state !== 'active')
      throw new Error(
        `${name} failed: ${now.output?.message ?? now.state}. It is tried again by itself; the log of the node says more.`,
      )
    const fetched =
      now.state === 'created' ? await boss.fetch<JobData>(name, { batchSize: 1, includeMetadata: true }) : []
    for (const job of fetched)
      await worker.run(name, job).then(
        () => boss.complete(name, job.id),
        (error: Error) => boss.fail(name, job.id, { message: error.message }),
      )
    if (fetched.length === 0) await pause(100)
  }
}
