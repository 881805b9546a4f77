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
    const maxLag = o.maxLag ?? 2000
    await app.register(underPressure, {
      maxEventLoopDelay: maxLag,
      // An interval without a single sample counts as endless lag: so it must be as long as the lag we bear.
      sampleInterval: maxLag,
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
