/** What a run may use: the least of what the platform allows, the bot asks for and the installation was lowered to. */
import type { BotLimits, SandboxLimits } from '@guildhall/sdk'
import { platformLimits } from '../installations/limits.ts'
import type { TriggerKind } from './stored.ts'

export type RunLimits = Required<BotLimits>

/** Where an event starts it nobody waits, and many may start at once. */
const started = (kind: TriggerKind): BotLimits => (kind === 'event' ? { cpuMs: 500, wallMs: 30_000 } : {})

export function limitsOf(kind: TriggerKind, ...lowered: readonly BotLimits[]): RunLimits {
  const limits: Record<string, number> = { ...platformLimits }
  for (const one of [started(kind), ...lowered])
    for (const [name, value] of Object.entries(one))
      if (typeof value === 'number' && name in limits) limits[name] = Math.min(limits[name] as number, value)
  return limits as unknown as RunLimits
}

/** Calls of `ctx.state` a run. */
export const stateCalls = 200
export const inFlight = 16

export const sandboxLimits = (limits: RunLimits): SandboxLimits => ({
  heapMb: limits.heapMb,
  cpuMs: limits.cpuMs,
  wallMs: limits.wallMs,
  calls: limits.actions + limits.fetches + stateCalls,
  inFlight,
  resultBytes: 65_536,
  logLines: 200,
})
