/** Writes down how an attempt ended, and what follows from it, in one unit of work. */
import type { Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import { runJob, tellJob } from '../../job-names.ts'
import { botRunFailed } from '../../refs.ts'
import { writeLines, writeLinesOfRuns } from '../logs/log-writer.ts'
import type { Run } from '../stored.ts'
import type { Attempted } from './attempt.ts'
import { endSentence } from './end-sentence.ts'
import { isDue } from './queue.ts'
import { countFailure } from './stopping.ts'
import { type Ended, verdictOf } from './verdict.ts'

/** Behind the lock of the queue. Where the run was no longer this attempt's, nothing is written. */
export async function finishAttempt(ctx: BotsContext, tx: Tx, run: Run, o: Attempted): Promise<void> {
  const { ended, outcome } = o
  const code = outcome.error?.code
  // A dry run and a replay are looked at by whoever asked: they are not tried again.
  const retry = run.mode === 'live'
  const verdict = verdictOf(ended, { attempt: run.attempt, retry, ...(code === undefined ? {} : { code }) })
  const now = tx.now()
  const again = verdict.status === 'retrying' ? new Date(now.getTime() + verdict.afterMs) : null
  const sentence = ended === 'ok' ? null : endSentence(ended, o, run.limits, again)
  const [standing] = await tx.query<Standing & Record<string, unknown>>(
    finish,
    [
      tx.tenantId,
      run.id,
      run.attempt,
      verdict.status,
      ended,
      outcome.error ? JSON.stringify(outcome.error) : null,
      outcome.result === undefined ? null : JSON.stringify(outcome.result),
      outcome.used ? JSON.stringify(outcome.used) : null,
      again,
      again ? null : now,
      sentence,
    ],
    { prepared: true },
  )
  if (!standing) return
  if (again) await tx.enqueue(runJob, { runId: run.id }, { key: `${run.id}:retry`, runAt: again })
  if (sentence !== null)
    await writeLines(tx, { installationId: run.installationId, runId: run.id }, [
      { level: again ? 'warning' : 'error', message: sentence, at: now },
    ])
  if (run.mode === 'live')
    await settle(ctx, tx, run, { status: verdict.status, ended, sentence: sentence ?? '', standing })
}

/** Of the installation: whether it has failed lately, and whether anybody is told of what went well. */
interface Standing {
  readonly failing: boolean
  readonly tells: boolean
}

const finish = `
WITH done AS (
  UPDATE bots.run SET status = $4, ended = $5, error = $6, result = $7, used = $8, next_attempt_at = $9, finished_at = $10,
         lease_until = NULL, reason = $11
   WHERE tenant_id = $1 AND id = $2 AND attempt = $3 AND status = 'running' RETURNING installation_id)
SELECT i.failures_in_row > 0 AS failing, i.notifications ? 'success' AS tells
  FROM done JOIN bots.installation i ON i.tenant_id = $1 AND i.id = done.installation_id`

async function settle(
  ctx: BotsContext,
  tx: Tx,
  run: Run,
  { status, ended, sentence, standing }: { status: string; ended: Ended; sentence: string; standing: Standing },
): Promise<void> {
  if (status === 'ok') {
    if (standing.failing)
      await tx.query('UPDATE bots.installation SET failures_in_row = 0 WHERE tenant_id = $1 AND id = $2', [
        tx.tenantId,
        run.installationId,
      ])
    if (standing.tells) await tx.enqueue(tellJob, { runId: run.id, about: 'success' })
  }
  if (status !== 'failed') return
  await tx.emit(botRunFailed, { installationId: run.installationId, runId: run.id, ended })
  await tx.enqueue(tellJob, { runId: run.id, about: 'failure' })
  // What the platform could not carry out is no reason to switch a bot off.
  if (ended !== 'infra') await countFailure(ctx, tx, run, { ended, sentence })
}

/**
 * It may not happen any more: failed, and nobody's failure. With it goes all that waits for the same reason: an hour of
 * events may stand behind a bot that was switched off, and one after another they would keep the queue shut for minutes.
 */
export async function refuseRuns(tx: Tx, run: Run, reason: string): Promise<void> {
  const now = tx.now()
  const refused = await tx.query<{ id: string }>(
    `UPDATE bots.run r SET status = 'failed', ended = 'denied', reason = $3, finished_at = $2, lease_until = NULL
      WHERE r.tenant_id = $1 AND r.installation_id = $4 AND r.version_id = $5 AND r.config_version = $6 AND r.mode = $7
        AND (${isDue}) RETURNING r.id`,
    [tx.tenantId, now, reason, run.installationId, run.versionId, run.configVersion, run.mode],
  )
  await writeLinesOfRuns(
    tx,
    run.installationId,
    refused.map(({ id }) => ({ runId: id, level: 'error', message: reason, at: now })),
  )
}
