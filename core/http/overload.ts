/** Sheds load when the event loop lags, and turns requests away while the node stops. Heap size says nothing, so it is not asked. */
import underPressure from '@fastify/under-pressure'
import { Problem, problems } from '@guildhall/sdk'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Health and metrics: answered whatever the load. */
    probe?: boolean
  }
}
export interface OverloadOptions {
  /** Milliseconds of lag from which requests are refused. Default 2000. */
  readonly maxLag?: number
}

export const overload = fp(
  async (app: FastifyInstance, o: OverloadOptions) => {
    const lag = sustainedLag(o.maxLag ?? 2000)
    await app.register(underPressure, {
      healthCheck: async () => !lag.measure(),
      healthCheckInterval: sampleMs,
      pressureHandler: (request) => {
        if (!request.routeOptions.config?.probe) throw new Problem(problems.overloaded)
      },
    })
    let stopping = false
    app.addHook('preClose', async () => {
      stopping = true
    })
    app.addHook('onRequest', async (request) => {
      if (stopping && !request.routeOptions.config?.probe)
        throw new Problem(problems.shuttingDown, { headers: { connection: 'close', 'retry-after': '1' } })
    })
  },
  { name: 'guildhall-overload' },
)

const sampleMs = 500

/**
 * Whether timers have come late twice in a row. Once is a start, a pause of the machine or one big answer, which
 * refusing requests would not cure; under-pressure's own measure takes a silent interval for endless lag.
 */
function sustainedLag(maxLag: number): { measure(): boolean } {
  let last = performance.now()
  let late = 0
  return {
    measure: () => {
      const now = performance.now()
      late = now - last - sampleMs > maxLag ? late + 1 : 0
      last = now
      return late > 1
    },
  }
}
