/** A node takes a run: when there is room for it, nobody else has it, and it may still happen. */
import { type BotManifest, effectiveLimits, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import { type Installation, installationOfRun } from '../../installations/stored.ts'
import type { RunLimits } from '../limits.ts'
import { findRun, type Run } from '../stored.ts'
import { lockQueue, noRoom, runsUnderWay } from './queue.ts'
import { refusalReason } from './refusal-reason.ts'

export interface Claimed {
  readonly run: Run
  readonly installation: Installation
  readonly manifest: BotManifest
  readonly source: string
  readonly config: unknown
  readonly limits: RunLimits
  /** What the bot knows of the organisation. */
  readonly tenant: { name: string; slug: string; timeZone: string; locale: string; today: string }
  /** How the attempt before this one ended. */
  readonly before: { readonly ended: string | null; readonly code: string | null }
}
export type Claim =
  | { readonly claimed: Claimed }
  /** It stays where it is: somebody has it, it has ended, or it waits for its turn. */
  | { readonly left: 'busy' | 'over' | 'waiting' }
  | { readonly refused: string; readonly run: Run; readonly installation: Installation | null }

/** Beyond the run's own time: for the way to a runner and back. */
export const leaseMarginMs = 60_000

/** What it reads is asked for in one go, behind the lock: statements of a unit are answered in their order. */
export async function claimRun(ctx: BotsContext, tx: Tx, runId: string): Promise<Claim> {
  const { organization } = ctx.use
  const [, run, installation, pinned, underWay, { name, slug, timeZone, locale }, today] = await Promise.all([
    lockQueue(tx),
    findRun(tx, runId, { lock: true }),
    installationOfRun(tx, runId),
    pinnedOf(tx, runId),
    runsUnderWay(tx, runId),
    organization.current(tx),
    organization.today(tx),
  ])
  if (!run || !['queued', 'running', 'retrying'].includes(run.status)) return { left: 'over' }
  const now = tx.now()
  if (run.status === 'running' && run.leaseUntil && run.leaseUntil > now) return { left: 'busy' }
  const why = refusalReason(run, installation, pinned?.manifest)
  if (why !== null || !installation || !pinned) {
    return { refused: why ?? 'Its version or configuration is gone', run, installation }
  }
  const full = noRoom(underWay, run, ctx.config.runsAtOnce)
  if (full !== null) {
    await tx.query(`UPDATE bots.run SET reason = $3, status = 'queued' WHERE tenant_id = $1 AND id = $2`, [
      tx.tenantId,
      run.id,
      full,
    ])
    return { left: 'waiting' }
  }
  const limits = effectiveLimits(pinned.manifest, pinned.limits, run.triggerKind)
  const attempt = run.attempt + 1
  await tx.query(
    `UPDATE bots.run SET status = 'running', attempt = $3, started_at = coalesce(started_at, $4), lease_until = $5,
            limits = $6, reason = $7, next_attempt_at = NULL WHERE tenant_id = $1 AND id = $2`,
    [
      tx.tenantId,
      run.id,
      attempt,
      now,
      new Date(now.getTime() + limits.wallMs + leaseMarginMs),
      JSON.stringify(limits),
      ctx.use.sandbox.state.reason ? `Waiting for a runner: ${ctx.use.sandbox.state.reason}`.slice(0, 500) : null,
    ],
  )
  return {
    claimed: {
      run: { ...run, attempt, status: 'running', startedAt: run.startedAt ?? now },
      installation,
      ...pinned,
      limits,
      tenant: { name, slug, timeZone, locale, today },
      before: { ended: run.ended, code: run.error?.code ?? null },
    },
  }
}

interface Pinned {
  readonly manifest: BotManifest
  readonly source: string
  readonly config: unknown
  readonly limits: Record<string, number>
}

async function pinnedOf(tx: Tx, runId: string): Promise<Pinned | null> {
  const [row] = await tx.query<Pinned>(
    `SELECT v.manifest, v.source, c.config, c.limits FROM bots.run r
       JOIN bots.bot_version v ON v.tenant_id = r.tenant_id AND v.id = r.version_id
       JOIN bots.config_version c ON c.tenant_id = r.tenant_id AND c.installation_id = r.installation_id
        AND c.config_version = r.config_version
      WHERE r.tenant_id = $1 AND r.id = $2`,
    [tx.tenantId, runId],
  )
  return row ?? null
}
