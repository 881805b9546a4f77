/** What a run may use, as the sandbox takes it. */
import { type BotLimits, type SandboxLimits, stateQuotas } from '@guildhall/sdk'

export type RunLimits = Required<BotLimits>

const inFlight = 16

export const sandboxLimits = (limits: RunLimits): SandboxLimits => ({
  heapMb: limits.heapMb,
  cpuMs: limits.cpuMs,
  wallMs: limits.wallMs,
  calls: limits.actions + limits.fetches + stateQuotas.uses,
  inFlight,
  resultBytes: 65_536,
  logLines: 200,
})
