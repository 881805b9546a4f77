/** What a run may use, as the sandbox takes it. */
import type { BotLimits, SandboxLimits } from '@guildhall/sdk'

export type RunLimits = Required<BotLimits>

/** Calls of `ctx.state` a run. */
export const stateCalls = 200
const inFlight = 16

export const sandboxLimits = (limits: RunLimits): SandboxLimits => ({
  heapMb: limits.heapMb,
  cpuMs: limits.cpuMs,
  wallMs: limits.wallMs,
  calls: limits.actions + limits.fetches + stateCalls,
  inFlight,
  resultBytes: 65_536,
  logLines: 200,
})
