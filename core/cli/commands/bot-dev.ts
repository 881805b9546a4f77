import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { describeError, type Output, UsageError } from '../terminal/output.ts'
import { botFile } from '../workshop/bot-module.ts'
import { savings } from '../workshop/saved.ts'
import { type ServerApi, type ServerChoice, withServer } from '../workshop/server-api.ts'
import { followLogs, lastLine, show } from './bot-logs.ts'
import { type PublishedBot, readBotSource } from './bot-publish.ts'

type Options = ServerChoice & {
  config?: string
  live?: boolean
  input?: string
  event?: string
  target?: string
  at?: string
  call?: string
}

interface Manifest {
  readonly triggers: {
    readonly events: readonly string[]
    readonly manual: object | null
    readonly api: object | null
    readonly cron: object | null
    readonly webhook: boolean
    readonly action: { readonly target: 'member' | 'group' } | null
  }
  readonly permissions: { readonly actions: readonly string[]; readonly hosts: readonly string[] }
}
interface Run {
  readonly id: string
  readonly status: string
  readonly summary: string | null
  readonly reason: string | null
  readonly error: { readonly name: string; readonly message: string; readonly line?: number } | null
}

/**
 * At every saving: publish as a development version, put it into an installation of its own (`<id>-dev`), run it, show its
 * log. Runs are dry unless `--live`. What does not compile is told, and the version before stays. At the end the
 * installation is switched off: its rights are those of the command's token.
 */
export async function run(o: Options, output: Output, [path = '.']: readonly string[]): Promise<void> {
  requireOneWay(o)
  const file = resolve(await botFile(path))
  await withServer(o, async (api) => {
    const stop = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
    output.note(`Watching ${file} for ${api.address}; Ctrl-C ends it.`)
    let [saved, key] = [0, '']
    try {
      for await (const _ of savings(file, stop.signal)) {
        try {
          const bot = await putUp(api, o, file, ++saved)
          output.note(`${bot.id} ${bot.version} stands as ${bot.key}.`)
          if (key !== bot.key) {
            const after = await lastLine(api, bot.key)
            void showLog(api, bot.key, output, { signal: stop.signal, after })
          }
          key = bot.key
          await tryOut(api, o, bot, output, stop.signal)
        } catch (error) {
          if (!stop.signal.aborted) output.note(describeError(error).text)
        }
      }
    } finally {
      if (key !== '') {
        await api.call('POST', `/bots/${key}/disable`)
        output.note(`${key} is switched off. Its runs can be looked at; remove it among the bots when you are done.`)
      }
    }
  })
}

interface DevBot extends PublishedBot {
  /** Of the installation. */
  readonly key: string
  readonly manifest: Manifest
}

/** Whoever develops here is the administrator, and agrees to what the version asks for. */
async function putUp(api: ServerApi, o: Options, file: string, saved: number): Promise<DevBot> {
  const prerelease = `dev.${Date.now()}.${saved}`
  const bot = await api.call<PublishedBot>('POST', '/bots', { ...(await readBotSource(file)), prerelease })
  const { manifest } = await api.call<{ manifest: Manifest }>('GET', `/bots/${bot.id}/versions/${bot.version}`)
  const key = `${bot.id}-dev`.slice(0, 60)
  const { actions, hosts } = manifest.permissions
  const given = { consent: { actions, hosts }, ...(await settings(o, file)) }
  const installed = await api.call('GET', `/bots/${key}`).then(
    () => true,
    () => false,
  )
  if (installed) await api.call('POST', `/bots/${key}/upgrade`, { version: bot.version, ...given })
  const more = installed ? {} : { alias: key, version: bot.version, ...given }
  await api.call('POST', `/bots/${installed ? key : bot.id}/configure`, { ...more, enabled: o.live === true })
  return { ...bot, key, manifest }
}

async function settings(o: Options, file: string): Promise<{ config?: object }> {
  const beside = join(dirname(file), 'config.json')
  const path = o.config ?? ((await stat(beside).catch(() => null)) ? beside : null)
  return path === null ? {} : { config: await json(path) }
}

const json = async (path: string): Promise<object> => {
  const text = await readFile(path, 'utf8')
  try {
    return JSON.parse(text) as object
  } catch (cause) {
    throw new Error(`${path} is no JSON: ${(cause as Error).message}`, { cause })
  }
}

/** One run, as far as there is a way to start one, and how it ended. */
async function tryOut(api: ServerApi, o: Options, bot: DevBot, output: Output, signal: AbortSignal): Promise<void> {
  const dryRun = o.live !== true
  const start = await startOf(o, bot.manifest)
  if (start === null) return output.note(`${waysOf(bot.manifest)}.`)
  const { id } = await api.call<Run>('POST', `/bots/${bot.key}/run`, { dryRun, ...start })
  const run = await ended(api, id, signal)
  if (run) output.note(`${dryRun ? 'Dry run' : 'Run'} ${id.slice(-8)}: ${run.status}${told(run)}`)
}

const ways = ['input', 'event', 'target', 'at', 'call'] as const

/** @throws UsageError for two ways at once, and for one that is only tried */
function requireOneWay(o: Options): void {
  const [first, second] = ways.filter((way) => o[way] !== undefined)
  if (second) throw new UsageError(`Start it one way: leave out --${first} or --${second}`)
  if (o.live && (first === 'event' || first === 'at' || first === 'call'))
    throw new UsageError(`--${first} makes believe: leave out --live`)
  if (o.at !== undefined && Number.isNaN(Date.parse(o.at)))
    throw new UsageError(`"${o.at}" is no time: write it as 2026-01-15T09:00:00Z`)
}

/** What a run begins with; null where nothing says what. */
async function startOf(o: Options, { triggers }: Manifest): Promise<object | null> {
  if (o.event !== undefined) {
    const { name, payload } = (await json(o.event)) as { name?: string; payload?: object }
    return { event: { name, payload } }
  }
  if (o.target !== undefined) return { target: { type: triggers.action?.target ?? 'member', id: o.target } }
  if (o.at !== undefined) return { scheduledFor: new Date(o.at).toISOString() }
  if (o.call !== undefined) return { call: { body: await json(o.call) } }
  if (o.input !== undefined) return { input: await json(o.input) }
  return triggers.manual || triggers.api || (triggers.cron && !o.live) ? {} : null
}

function waysOf({ triggers: { events, action, webhook } }: Manifest): string {
  const given = [
    ...(events.length > 0 ? [`an event (${events.join(', ')}) with --event <json>`] : []),
    ...(action ? [`a ${action.target} with --target <id>`] : []),
    ...(webhook ? ['a call with --call <json>'] : []),
  ]
  return `It is started from outside: let it happen (--live)${given.map((way) => `, or give ${way}`).join('')}`
}

const told = ({ summary, reason, error }: Run): string => {
  if (error) return ` (${error.line ? `line ${error.line}: ` : ''}${error.name}: ${error.message})`
  return summary || reason ? ` (${summary ?? reason})` : ''
}

const under = new Set(['queued', 'running', 'retrying'])
const [lookEveryMs, patienceMs] = [300, 30_000]

/** Null when it takes longer than anybody wants to look at. */
async function ended(api: ServerApi, id: string, signal: AbortSignal): Promise<Run | null> {
  for (let waited = 0; waited < patienceMs && !signal.aborted; waited += lookEveryMs) {
    const run = await api.call<Run>('GET', `/bot-runs/${id}`)
    if (!under.has(run.status)) return run
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
  return null
}

async function showLog(
  api: ServerApi,
  key: string,
  output: Output,
  o: { signal: AbortSignal; after: string },
): Promise<void> {
  try {
    for await (const line of followLogs(api, key, o)) show(output, line)
  } catch (error) {
    if (!o.signal.aborted) output.note(describeError(error).text)
  }
}
