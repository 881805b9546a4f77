import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Log, Sandbox } from '@guildhall/sdk'
import type { RunBotOptions } from '@guildhall/sdk/testing'
import { type Output, UsageError } from '../terminal/output.ts'
import { botFile, readBotModule } from '../workshop/bot-module.ts'
import { type Trial, tryBot } from '../workshop/bot-trial.ts'

interface Options {
  readonly event?: string
  readonly config?: string
  readonly fixtures?: string
  readonly now?: string
  readonly dryRun?: boolean
}

// By its address: the engine loads native code, and no other command shall.
const engine = new URL('../../../bots/engine/index.ts', import.meta.url).href
interface Engine {
  readonly createSandbox: (o: { log: Log; runners: number }) => Sandbox
}
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Runs a bot once in the real sandbox. The process ends with 1 when the run fails. */
export async function run(o: Options, output: Output, [path = '.']: readonly string[]): Promise<void> {
  const file = await botFile(path)
  const beside = dirname(file)
  const given = async (name: string, option: string | undefined): Promise<object> =>
    (option === undefined ? await json(join(beside, `${name}.json`), true) : await json(option)) ?? {}
  const event = o.event === undefined ? await json(join(beside, 'event.json'), true) : await json(o.event)
  const { actions, fetches, state, tenant } = (await given('fixtures', o.fixtures)) as RunBotOptions
  if (o.now !== undefined && Number.isNaN(Date.parse(o.now)))
    throw new UsageError(`"${o.now}" is no time: write it as 2026-01-15T09:00:00Z`)
  const { createSandbox } = (await import(engine)) as Engine
  const sandbox = createSandbox({ log: silent, runners: 1 })
  try {
    const bot = await readBotModule(file, sandbox)
    const trial = await tryBot(sandbox, bot, {
      ...(event && { event: event as NonNullable<RunBotOptions['event']> }),
      config: await given('config', o.config),
      ...(actions && { actions }),
      ...(fetches && { fetches }),
      ...(state && { state }),
      ...(tenant && { tenant }),
      ...(o.now !== undefined && { now: o.now }),
      dryRun: o.dryRun ?? false,
    })
    const { outcome, trace, logs, report } = trial
    output.result({ bot: bot.manifest.id, version: bot.manifest.version, ...outcome, trace, logs, ...report }, () =>
      shown(`${bot.manifest.id} ${bot.manifest.version}`, trial),
    )
    if (outcome.end !== 'ok') process.exitCode = 1
  } finally {
    await sandbox.close()
  }
}

/** @throws Error when the file is there and no JSON, or has to be there and is not */
async function json(file: string, optional = false): Promise<object | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (optional && error.code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read (${error.code}).`, { cause: error })
  })
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as object
  } catch (error) {
    throw new Error(`${file} is no JSON: ${(error as Error).message}`, { cause: error })
  }
}

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? ''
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function shown(name: string, { outcome, trace, logs, report }: Trial): string {
  const { end, error, result, used } = outcome
  const lines = [
    `${name}: ${end} in ${Math.round(used.wallMs)} ms (CPU ${Math.round(used.cpuMs)} ms, ${used.calls} calls)`,
  ]
  for (const { sequence, method, input, answer, ms } of trace)
    lines.push(`  ${sequence} ${method} ${short(input)}`, `    -> ${short(answer)} (${ms} ms)`)
  if (logs.length > 0) lines.push('Log')
  for (const { message, data } of logs) lines.push(`  ${message}${data === undefined ? '' : ` ${short(data)}`}`)
  if (Object.keys(report.state).length > 0) lines.push('State', `  ${short(report.state)}`)
  if (error) lines.push('Error', `  ${error.line ? `line ${error.line}: ` : ''}${error.name}: ${error.message}`)
  else lines.push('Result', `  ${short(result ?? null)}`)
  return lines.join('\n')
}
