/** The runners of this node, for `/health/ready`. */
import { type HealthContribution, sandboxService } from '@guildhall/sdk'

/** That all are busy for a moment is what they are for; runs that wait this long need more of them. */
const longMs = 5_000

export const runnerHealth: HealthContribution = {
  name: 'bot-runners',
  check: async (root) => {
    const { runners, busy, waiting, waitedMs, reason } = root(sandboxService).state
    if (reason === null) return { state: 'ok', note: `${busy} of ${runners} are busy` }
    return { state: waitedMs < longMs ? 'ok' : 'degraded', note: `${reason}, runs that wait: ${waiting}` }
  },
}
