import { randomUUID } from 'node:crypto'
import { type BotManifest, type Sandbox, type SandboxOutcome, stateQuotas } from '@guildhall/sdk'
import { type RunBotOptions, StandIn, type StandInReport } from '@guildhall/sdk/testing'

/** A call as the trace shows it. */
export interface TracedCall {
  readonly sequence: number
  readonly method: string
  readonly input: unknown
  readonly answer: unknown
  readonly ms: number
}
export interface Trial {
  readonly outcome: SandboxOutcome
  readonly trace: readonly TracedCall[]
  readonly logs: readonly { readonly message: string; readonly data?: unknown }[]
  readonly report: StandInReport
}

const inFlight = 16
const resultBytes = 65_536
const logLines = 200

/**
 * One run in the real sandbox, with its limits; the platform's answers are the author's.
 * @throws Error for settings, events or answers that do not fit, and for a call without an answer
 */
export async function tryBot(
  sandbox: Pick<Sandbox, 'run'>,
  bot: { readonly source: string; readonly manifest: BotManifest },
  o: RunBotOptions,
): Promise<Trial> {
  const platform = new StandIn(bot.manifest, o)
  const { heapMb, cpuMs, wallMs, actions, fetches } = platform.limits
  const trace: TracedCall[] = []
  const logs: { message: string; data?: unknown }[] = []
  const outcome = await sandbox.run({
    tenantId: randomUUID(),
    runId: randomUUID(),
    source: bot.source,
    config: platform.config,
    event: platform.event,
    context: { tenant: platform.tenant, run: platform.run, secrets: platform.secrets },
    now: platform.now,
    seed: bot.manifest.id,
    limits: { heapMb, cpuMs, wallMs, calls: actions + fetches + stateQuotas.uses, inFlight, resultBytes, logLines },
    log: (line) => void logs.push(line),
    async call({ sequence, method, input }) {
      const start = performance.now()
      const noted = (answer: unknown) =>
        trace.push({ sequence, method, input, answer, ms: Math.round(performance.now() - start) })
      try {
        const value = await platform.answer(method, input)
        noted(value)
        return { ok: true, value }
      } catch (error) {
        const { code = 'UNAVAILABLE', message } = error as Error & { code?: string }
        noted({ code, message })
        return { ok: false, code, message }
      }
    },
  })
  return { outcome, trace, logs, report: platform.report() }
}
