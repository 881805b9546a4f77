/** After a run: who wanted to hear of it hears of it. */
import { type Jobs, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { BotsContext } from '../../context.ts'
import { type Installation, installationById, type ToldPeople } from '../../installations/stored.ts'
import { tellJob } from '../../job-names.ts'
import type { Outside } from '../http/request.ts'
import { findRun, type Run } from '../stored.ts'
import { summaryOf } from '../summary.ts'
import { type News, tellPeople } from './telling.ts'
import { type TellingWords, tellingWords } from './telling-words.ts'

const subjects = ['failure', 'success', 'stopped'] as const
type Subject = (typeof subjects)[number]
/** Somebody has to know that a bot stands still, whatever its settings say. */
const atLeast: ToldPeople = { roles: ['makerspace_admin'], by: ['inbox'] }

export function tellJobs(j: Jobs<BotsContext>, o: { outside: Outside }): void {
  j.job({
    id: tellJob,
    title: 'Tell people about a run of a bot',
    input: Type.Object({ runId: Uuid(), about: Type.Enum([...subjects]) }, { additionalProperties: false }),
    timeoutMs: 60_000,
    attempts: 3,
    outside: true,
    run: async (ctx, { runId, about }) => {
      const found = await ctx.read(async (tx) => {
        const run = await findRun(tx, runId)
        const installation = run && (await installationById(tx, run.installationId))
        return run && installation ? { run, installation, words: await tellingWords(ctx, tx) } : null
      })
      if (!found) return
      const { run, installation, words } = found
      for (const told of whoHears(installation, about))
        await tellPeople(ctx, installation, told, newsOf(run, installation, about, words), o.outside)
    },
  })
}

function whoHears({ notifications }: Installation, about: Subject): ToldPeople[] {
  if (about !== 'stopped') return notifications[about] ? [notifications[about]] : []
  const { failure } = notifications
  return failure
    ? [atLeast, { ...failure, roles: (failure.roles ?? []).filter((role) => role !== 'makerspace_admin') }]
    : [atLeast]
}

function newsOf(run: Run, { id, key, manifest, stopped }: Installation, about: Subject, words: TellingWords): News {
  const bot = words.titleOf(manifest)
  const reason = run.reason === null ? words.itFailed : words.said(run.reason)
  const texts: Record<Subject, Pick<News, 'title' | 'text' | 'severity' | 'kind'>> = {
    failure: { kind: 'bots.failed', severity: 'warning', title: words.failed(bot), text: reason },
    success: {
      kind: 'bots.succeeded',
      severity: 'info',
      title: words.ran(bot),
      text: summaryOf(run.result) ?? words.itRan,
    },
    stopped: {
      kind: 'bots.stopped',
      severity: 'critical',
      title: words.stopped(bot),
      text: stopped ? words.said(stopped.reason) : words.againAndAgain(reason),
    },
  }
  return {
    ...texts[about],
    template: 'bots.run',
    key: `bots.${about}:${run.id}`,
    link: `/bots/${key}`,
    data: { bot: key, installationId: id, runId: run.id },
  }
}
