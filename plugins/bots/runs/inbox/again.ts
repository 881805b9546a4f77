/** What a person does with a run: look at it again, try it again, let it be. */
import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import { versionById } from '../../definitions/version-sql.ts'
import { requireAuthority } from '../../installations/rights.ts'
import { installationById } from '../../installations/stored.ts'
import { callCarrier, lockQueue } from '../life/queue.ts'
import { startRun } from '../start.ts'
import { type Run, type RunStatus, requireRun } from '../stored.ts'

export const askedBy = (ctx: BotsContext): { kind: string; id: string } => {
  const { actor } = ctx
  return { kind: actor.kind, id: 'id' in actor ? actor.id : actor.kind }
}

/** From the journal alone: what it did comes out again, or where it would do something else. */
export async function replay(ctx: BotsContext, tx: Tx, id: string): Promise<string> {
  const run = await requireRun(tx, id)
  await requireAuthorityOver(ctx, tx, run, run.versionId)
  requireState(run, ['ok', 'failed', 'discarded'], 'replayed')
  if (run.mode === 'replay') throw refused('This run is a replay itself; replay the run it is of.')
  return begin(tx, run, { mode: 'replay', requestedBy: askedBy(ctx), pinned: run })
}

/** The same cause once more, in earnest, with the version and configuration of today. */
export async function rerun(ctx: BotsContext, tx: Tx, id: string): Promise<string> {
  const run = await requireRun(tx, id, { lock: true })
  await requireAuthorityOver(ctx, tx, run)
  requireState(run, ['ok', 'failed', 'discarded', 'cancelled'], 'run again')
  if (run.mode !== 'live') throw refused('Only a run in earnest is run again.')
  if (run.status === 'failed') await put(tx, run, 'discarded', 'Run again as a new run')
  return begin(tx, run, { mode: 'live', requestedBy: askedBy(ctx) })
}

/** Goes on where it failed: what it has done stays done, what it had agreed on (version, settings) stays too. */
export async function retry(ctx: BotsContext, tx: Tx, id: string): Promise<void> {
  const run = await requireRun(tx, id, { lock: true })
  await requireAuthorityOver(ctx, tx, run, run.versionId)
  requireState(run, ['failed'], 'tried again')
  if (run.ended === 'non-deterministic')
    throw refused('It asked for something else than before, and would again. Run it again from the start instead.')
  await tx.query(
    `UPDATE bots.run SET status = 'queued', reason = NULL, finished_at = NULL, queued_at = $3 WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, tx.now()],
  )
  await callCarrier(tx)
}

export async function discard(tx: Tx, id: string): Promise<void> {
  const run = await requireRun(tx, id, { lock: true })
  requireState(run, ['failed'], 'discarded')
  await put(tx, run, 'discarded', run.reason)
}

/** What it has done stays done; from here on it does nothing more, wherever it is running. */
export async function cancel(tx: Tx, id: string): Promise<void> {
  await lockQueue(tx)
  const run = await requireRun(tx, id, { lock: true })
  requireState(run, ['queued', 'running', 'retrying'], 'cancelled')
  await tx.query(
    `UPDATE bots.run SET status = 'cancelled', ended = 'cancelled', reason = 'Cancelled by a person', finished_at = $3,
            lease_until = NULL, next_attempt_at = NULL WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, tx.now()],
  )
  await callCarrier(tx)
}

/** @param versionId what it would run with; default: the version of today. @throws Problem 403 */
async function requireAuthorityOver(
  ctx: BotsContext,
  tx: Tx,
  { installationId }: Pick<Run, 'installationId'>,
  versionId?: string,
): Promise<void> {
  const installation = await installationById(tx, installationId)
  const version = versionId === undefined ? installation : await versionById(tx, versionId)
  if (!installation || !version) throw new Problem(problems.notFound)
  await requireAuthority(ctx, tx, installation, version)
}

async function begin(
  tx: Tx,
  run: Run,
  o: Pick<Parameters<typeof startRun>[1], 'mode' | 'requestedBy' | 'pinned'>,
): Promise<string> {
  const { id } = await startRun(tx, {
    installationId: run.installationId,
    trigger: run.trigger,
    kind: run.triggerKind,
    depth: run.depth,
    ofRunId: run.id,
    ...o,
  })
  return id
}

const put = (tx: Tx, run: Run, status: RunStatus, reason: string | null) =>
  tx.query('UPDATE bots.run SET status = $3, reason = $4 WHERE tenant_id = $1 AND id = $2', [
    tx.tenantId,
    run.id,
    status,
    reason,
  ])

const refused = (detail: string): Problem => new Problem(problems.conflict, { detail })

function requireState(run: Run, states: readonly RunStatus[], what: string): void {
  if (!states.includes(run.status)) throw refused(`A run that is ${run.status} cannot be ${what}.`)
}
