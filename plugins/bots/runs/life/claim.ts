/** A node takes the next run: when there is room for it, and it may still happen. */
import { type BotManifest, effectiveLimits, type Organization, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import type { RunLimits } from '../limits.ts'
import type { Run } from '../stored.ts'
import { type Definition, definitionOf } from './definitions.ts'
import { refuseRuns } from './finish.ts'
import { callCarrier, type InLine, lockQueue, nextInLine } from './queue.ts'
import { refusalReason } from './refusal-reason.ts'

export interface Claimed {
  readonly run: Run
  readonly installation: Pick<InLine, 'consent' | 'installedBy'> & { readonly id: string }
  readonly manifest: BotManifest
  readonly source: string
  readonly config: unknown
  readonly limits: RunLimits
  /** As it was when its carrier came, a second ago at most. */
  readonly organization: Organization
  /** How the attempt before this one ended. */
  readonly before: { readonly ended: string | null; readonly code: string | null }
}

/** Beyond the run's own time: for the way to a runner and back. */
const leaseMarginMs = 60_000
export const leaseMs = ({ wallMs }: Pick<RunLimits, 'wallMs'>): number => wallMs + leaseMarginMs

/**
 * What it reads is asked for in one go, behind the lock: statements of a unit are answered in their order.
 * @param before the run whose end is in this unit, behind the lock already; its carrier goes on with what it knows
 */
export async function takeNext(
  ctx: BotsContext,
  tx: Tx,
  before?: Pick<Claimed, 'organization'>,
): Promise<Claimed | undefined> {
  const [, line, organization] = await Promise.all([
    before ? undefined : lockQueue(tx),
    nextInLine(tx),
    before?.organization ?? ctx.use.organization.current(tx),
  ])
  const [next, another] = line
  if (!next || next.underWay >= ctx.config.runsAtOnce) return undefined
  const definition = await definitionOf(tx, next.versionId)
  const why = refusalReason(next, definition?.manifest)
  if (why !== null || !definition || next.pinnedLimits === null) {
    await refuseRuns(tx, next, why ?? 'Its version or configuration is gone')
    return takeNext(ctx, tx, { organization })
  }
  // There is a place for somebody else, too. Whoever goes on has said so when it came.
  if (!before && another && next.underWay + 1 < ctx.config.runsAtOnce) await callCarrier(tx, 1)
  const limits = effectiveLimits(definition.manifest, next.pinnedLimits, next.triggerKind)
  return {
    run: await leased(tx, next, limits),
    installation: { id: next.installationId, consent: next.consent, installedBy: next.installedBy },
    ...(definition satisfies Definition),
    config: next.config,
    limits,
    organization,
    before: { ended: next.ended, code: next.error?.code ?? null },
  }
}

async function leased(tx: Tx, run: Run, limits: RunLimits): Promise<Run> {
  const now = tx.now()
  const attempt = run.attempt + 1
  await tx.query(
    `UPDATE bots.run SET status = 'running', attempt = $3, started_at = coalesce(started_at, $4), lease_until = $5,
            limits = $6, reason = NULL, next_attempt_at = NULL WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, run.id, attempt, now, new Date(now.getTime() + leaseMs(limits)), JSON.stringify(limits)],
    { prepared: true },
  )
  return { ...run, attempt, status: 'running', startedAt: run.startedAt ?? now }
}
