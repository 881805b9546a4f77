/** Prometheus figures of this process. Routes appear by pattern, never by address: no ids, no tokens, few series. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Problem, problems } from '@guildhall/sdk'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

declare module 'fastify' {
  interface FastifyInstance {
    /** Other parts add theirs: `new Gauge({ ..., registers: [app.metrics], collect() { ... } })`. */
    metrics: Registry
  }
}
export interface MetricsOptions {
  /** Bearer token for `/metrics`; without one it answers on the management port only. */
  readonly token?: string
}

export const metrics = fp(
  async (app: FastifyInstance, o: MetricsOptions) => {
    const registry = new Registry()
    const registers = [registry]
    app.decorate('metrics', registry)
    const duration = new Histogram({
      name: 'guildhall_http_request_seconds',
      help: 'Time from arrival to the last byte handed over',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    })
    const requests = new Counter({
      name: 'guildhall_http_requests_total',
      help: 'Requests',
      labelNames: ['method', 'route', 'status'],
      registers,
    })
    app.addHook('onResponse', async (request, reply) => {
      const labels = { method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode }
      duration.observe(labels, reply.elapsedTime / 1000)
      requests.inc(labels)
    })
    processFigures(app, registry)

    app.get(
      '/metrics',
      { config: { open: 'asks for its own token', probe: true }, schema: { hide: true } },
      async (request, reply) => {
        if (o.token === undefined)
          throw new Problem(problems.notFound, {
            detail:
              'Figures are switched off here: METRICS_TOKEN opens this address to a bearer of that token, MANAGEMENT_PORT serves them without one.',
          })
        if (!same(request.headers.authorization ?? '', `Bearer ${o.token}`)) throw new Problem(problems.unauthenticated)
        return reply.type(registry.contentType).send(await registry.metrics())
      },
    )
  },
  { name: 'guildhall-metrics' },
)

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

const lookEveryMs = 20
/** Node measures from one look to the next: the time between two looks is no lag. */
const lagSeconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - lookEveryMs / 1000)

/** Read when asked, so an idle process does nothing for them. */
function processFigures(app: FastifyInstance, registry: Registry): void {
  const registers = [registry]
  const lag = monitorEventLoopDelay({ resolution: lookEveryMs })
  lag.enable()
  app.addHook('onClose', async () => {
    lag.disable()
  })
  new Gauge({
    name: 'process_cpu_seconds_total',
    help: 'User and system time',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.set((user + system) / 1e6)
    },
  })
  new Gauge({
    name: 'process_memory_bytes',
    help: 'Memory by kind',
    labelNames: ['kind'],
    registers,
    collect() {
      const { rss, heapUsed, external } = process.memoryUsage()
      for (const [kind, bytes] of Object.entries({ rss, heapUsed, external })) this.set({ kind }, bytes)
    },
  })
  new Gauge({
    name: 'process_event_loop_lag_seconds',
    help: 'Lag since the last look',
    labelNames: ['quantile'],
    registers,
    collect() {
      for (const quantile of [50, 99]) this.set({ quantile }, lagSeconds(lag.percentile(quantile)))
      this.set({ quantile: 'max' }, lagSeconds(lag.max))
      lag.reset()
    },
  })
}
