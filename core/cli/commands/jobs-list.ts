import { jobsOf } from '../../core-plugin/routes/jobs.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { inOrganization, withPlatform } from '../workshop/open.ts'
import { findOrganization } from '../workshop/organization.ts'

export async function run(o: { org: string }, output: Output): Promise<void> {
  await withPlatform(async (workshop) => {
    const { id } = await findOrganization(workshop.runtime, o.org)
    const items = await inOrganization(workshop, id, (tx) => jobsOf(workshop.runtime, tx))
    output.result({ items }, () =>
      table(
        ['job', 'when', 'next', 'last'],
        items.map((job) => [
          job.id,
          job.schedule ? `${job.schedule.cron} ${job.schedule.timeZone}` : 'when needed',
          job.schedule?.nextRunAt ?? null,
          job.schedule?.lastRunAt ?? null,
        ]),
      ),
    )
  })
}
