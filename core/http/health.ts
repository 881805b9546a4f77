/** Is this node alive, and can it do its work: one line a part, with state and time. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

/** `off`: not configured here, which is no fault. `degraded`: works, but somebody should look. */
export type HealthState = 'ok' | 'degraded' | 'down' | 'off'
export interface HealthCheck {
  readonly name: string
  /** Requests cannot be answered without it: only then does its failure make the node unready. */
  readonly requiredForRequests: boolean
  /** Within two seconds; what it throws counts as down. `note` is public: no addresses, no names. */
  check(): Promise<HealthState | { state: HealthState; note?: string }>
}
interface CheckResult {
  readonly name: string
  readonly state: HealthState
  readonly required: boolean
  readonly ms: number
  readonly note?: string
}
export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'down'
  readonly at: string
  readonly checks: readonly CheckResult[]
}

const patienceMs = 2000
/** Anybody may ask, so the parts are asked at most once in this time. */
const freshMs = 1000

export class HealthChecks {
  readonly #checks = new Map<string, HealthCheck>()
  #stopping = false
  #last: { until: number; report: Promise<HealthReport> } | undefined

  /** @throws Error when the name is taken */
  add(check: HealthCheck): void {
    if (this.#checks.has(check.name)) throw new Error(`There is a health check "${check.name}" already`)
    this.#checks.set(check.name, check)
    this.#last = undefined
  }

  /** From now on this node is unready, so that the balancer takes it out before it closes. */
  drain(): void {
    this.#stopping = true
  }

  get stopping(): boolean {
    return this.#stopping
  }

  report(log: FastifyBaseLogger): Promise<HealthReport> {
    if (!this.#last || this.#last.until < performance.now()) {
      this.#last = { until: performance.now() + freshMs, report: this.#ask(log) }
    }
    return this.#last.report
  }

  async #ask(log: FastifyBaseLogger): Promise<HealthReport> {
    const checks = await Promise.all([...this.#checks.values()].map((check) => run(check, log)))
    const unready = checks.some(({ required, state }) => required && state === 'down')
    const worn = checks.some(({ state }) => state === 'down' || state === 'degraded')
    return { status: unready ? 'down' : worn ? 'degraded' : 'ok', at: new Date().toISOString(), checks }
  }
}

async function run(check: HealthCheck, log: FastifyBaseLogger): Promise<CheckResult> {
  const start = performance.now()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`No answer within ${patienceMs} ms`)), patienceMs)
  const { name, requiredForRequests: required } = check
  try {
    const answer = await Promise.race([check.check(), late.promise])
    const { state, note } = typeof answer === 'string' ? { state: answer, note: undefined } : answer
    return { name, state, required, ms: elapsed(start), ...(note && { note }) }
  } catch (err) {
    log.warn({ err, check: name }, 'health check failed')
    return { name, state: 'down', required, ms: elapsed(start) }
  } finally {
    clearTimeout(timer)
  }
}
const elapsed = (start: number): number => Math.round((performance.now() - start) * 10) / 10

export const healthRoutes = fp(
  async (app: FastifyInstance, o: { checks: HealthChecks }) => {
    const config = { open: 'load balancers have no credentials', probe: true }
    const schema = { hide: true }
    app.get('/health/live', { config, schema }, async (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ status: 'ok' }),
    )
    app.get('/health/ready', { config, schema }, async (request, reply) => {
      const report = await o.checks.report(request.log)
      const { stopping } = o.checks
      reply.code(stopping || report.status === 'down' ? 503 : 200).header('cache-control', 'no-store')
      return stopping ? { ...report, status: 'stopping' } : report
    })
  },
  { name: 'guildhall-health' },
)
