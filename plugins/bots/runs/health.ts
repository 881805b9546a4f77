/** The runners of this node, for `/health/ready`. */
import { type HealthContribution, sandboxService } from '@guildhall/sdk'

/** That all are busy for a moment is what they are for; runs that wait this long need more of them. */
const longMs = 5_000

export const runnerHealth: HealthContribution = {
  name: 'bot-runners',
  check: async (root) => {
    const { runners, busy, waiting, waitedMs, reason, fault } = root(sandboxService).state
    // What a runner says when it dies names files of this machine: that is for the log.
    if (fault !== null)
      return {
        state: 'degraded',
        note: 'Bot runners do not start, the log says why. If files of the platform were replaced, restart this node',
      }
    if (reason === null) return { state: 'ok', note: `${busy} of ${runners} are busy` }
    return { state: waitedMs < longMs ? 'ok' : 'degraded', note: `${reason}, runs that wait: ${waiting}` }
  },
}
