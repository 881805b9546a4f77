import type { PluginHost } from '../plugin-host/index.ts'
import { code, openingOf, tableOf } from './page.ts'

export function jobsPage(host: PluginHost): string {
  const jobs = [...host.jobs.values()].toSorted((a, b) => (a.job.id < b.job.id ? -1 : 1))
  return [
    ...openingOf('Jobs', 'what core and the plugins declare'),
    'A job is work in the background. It is written in the transaction that asks for it, tried again when it fails, and kept as',
    'failed after the last attempt. A scheduled one can be run now: `guildhall jobs run <id> --org <slug>`.',
    '',
    ...tableOf(
      ['job', 'what it does', 'when', 'attempts', 'longest'],
      jobs.map(({ job }) => [
        code(job.id),
        job.title,
        job.schedule
          ? `${code(job.schedule.cron)}, ${job.schedule.timezone === 'tenant' ? "the organisation's time" : 'UTC'}`
          : 'when needed',
        String(job.attempts),
        duration(job.timeoutMs),
      ]),
    ),
  ].join('\n')
}

const duration = (ms: number): string =>
  ms % 60_000 === 0 ? `${ms / 60_000} min` : `${(ms / 1_000).toLocaleString('en')} s`
