/** A node takes a run: when there is room for it, nobody else has it, and it may still happen. */
import { type BotManifest, effectiveLimits, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import { type Installation, installationById } from '../../installations/stored.ts'
import type { RunLimits } from '../limits.ts'
import { findRun, type Run } from '../stored.ts'
import { lockQueue, roomFor } from './queue.ts'
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

export async function claimRun(ctx: BotsContext, tx: Tx, runId: string): Promise<Claim> {
  await lockQueue(tx)
  const run = await findRun(tx, runId, { lock: true })
  if (!run || !['queued', 'running', 'retrying'].includes(run.status)) return { left: 'over' }
  const now = tx.now()
  if (run.status === 'running' && run.leaseUntil && run.leaseUntil > now) return { left: 'busy' }
  const installation = await installationById(tx, run.installationId)
  const pinned = await pinnedOf(tx, run)
  const why = refusalReason(run, installation, pinned?.manifest)
  if (why !== null || !installation || !pinned) {
    return { refused: why ?? 'Its version or configuration is gone', run, installation }
  }
  const full = await roomFor(tx, run, ctx.config.runsAtOnce)
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
  const { name, slug, timeZone, locale } = await ctx.use.organization.current(tx)
  const today = await ctx.use.organization.today(tx)
  return {
    claimed: {
      run: { ...run, attempt, status: 'running' },
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

async function pinnedOf(tx: Tx, run: Run): Promise<Pinned | null> {
  const [row] = await tx.query<Pinned>(
    `SELECT v.manifest, v.source, c.config, c.limits
       FROM bots.bot_version v JOIN bots.config_version c ON c.tenant_id = v.tenant_id
      WHERE v.tenant_id = $1 AND v.id = $2 AND c.installation_id = $3 AND c.config_version = $4`,
    [tx.tenantId, run.versionId, run.installationId, run.configVersion],
  )
  return row ?? null
}
