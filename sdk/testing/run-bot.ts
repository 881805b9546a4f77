import type { BotDefinition, BotManifest } from '../bot.ts'
import { manifestOf } from '../bot-manifest.ts'
import { TestFault } from './call-error.ts'
import { atTime } from './clock.ts'
import { crossed, given } from './crossing.ts'
import { type RunBotOptions, StandIn, type StandInReport, told } from './stand-in.ts'

export interface BotRun extends StandInReport {
  readonly status: 'ok' | 'error'
  readonly summary: string | null
  /** What the bot returned; null: nothing. */
  readonly result: Readonly<Record<string, unknown>> | null
  readonly error: { readonly name: string; readonly message: string; readonly code?: string } | null
  readonly logs: readonly { readonly message: string; readonly data?: unknown }[]
}

const resultBytes = 65_536
const logLines = 200
let before: Promise<unknown> = Promise.resolve()

/**
 * Runs a bot once, in this process.
 * @throws Error for what the platform would refuse before a run (definition, configuration, event), and for a call to
 *   which the test gives no answer; what the bot itself throws is in the run.
 */
export function runBot(bot: BotDefinition, o: RunBotOptions = {}): Promise<BotRun> {
  // One after the other: there is one clock.
  const run = before.then(() => once(bot, o))
  before = run.catch(() => undefined)
  return run
}

async function once(bot: BotDefinition, o: RunBotOptions): Promise<BotRun> {
  const platform = new StandIn(soundManifest(bot), o)
  const logs: { message: string; data?: unknown }[] = []
  const ask = (method: string, input: object) => platform.answer(method, input)
  const ctx = Object.freeze({
    config: given(platform.config),
    tenant: given(platform.tenant),
    run: given(platform.run),
    secrets: given(platform.secrets),
    call: (action: string, input: unknown) => ask('action', { action, input }),
    fetch: (url: string, init?: object) => ask('fetch', { url, init }),
    state: Object.freeze({
      get: (key: string) => ask('state.get', { key }),
      set: (key: string, value: unknown, o?: { ttlSeconds?: number }) =>
        ask('state.set', { key, value, ttlSeconds: o?.ttlSeconds }),
      delete: (key: string) => ask('state.delete', { key }),
      keys: (prefix?: string) => ask('state.keys', { prefix }),
    }),
    log(message: string, data?: unknown) {
      if (logs.length < logLines)
        logs.push({ message: String(message), ...(data === undefined ? {} : { data: crossed(data) }) })
    },
  })
  const ended = await atTime(platform.now, () => finished(bot, ctx, platform.event))
  return { ...ended, logs, ...platform.report() }
}

async function finished(
  bot: BotDefinition,
  ctx: object,
  event: object,
): Promise<Pick<BotRun, 'status' | 'summary' | 'result' | 'error'>> {
  try {
    const spec = bot.spec as unknown as { run(ctx: object, event: object): unknown }
    const result = (crossed(await spec.run(ctx, given(event))) ?? null) as BotRun['result']
    if (JSON.stringify(result).length > resultBytes) throw new RangeError(`A result has at most ${resultBytes} bytes`)
    const { summary } = result ?? {}
    return { status: 'ok', summary: typeof summary === 'string' ? summary : null, result, error: null }
  } catch (thrown) {
    const { name, message, code }: Error & { code?: unknown } =
      thrown instanceof Error ? thrown : new Error(typeof thrown === 'string' ? thrown : JSON.stringify(thrown))
    const error = { name, message, ...(typeof code === 'string' ? { code } : {}) }
    return { status: 'error', summary: null, result: null, error }
  }
}

function soundManifest(bot: BotDefinition): BotManifest {
  const read = manifestOf(crossed(bot.spec))
  if ('problems' in read) throw new TestFault(`The definition of "${bot.id}" would be refused:${told(read.problems)}`)
  return read.manifest
}
