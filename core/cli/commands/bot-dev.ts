import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { describeError, type Output } from '../terminal/output.ts'
import { botFile } from '../workshop/bot-module.ts'
import { savings } from '../workshop/saved.ts'
import { type ServerApi, type ServerChoice, withServer } from '../workshop/server-api.ts'
import { followLogs, lastLine, show } from './bot-logs.ts'
import { type PublishedBot, readBotSource } from './bot-publish.ts'

type Options = ServerChoice & { config?: string; input?: string; event?: string; live?: boolean }

interface Manifest {
  readonly triggers: { readonly events: readonly string[]; readonly manual: object | null; readonly api: object | null }
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
  const { events, manual, api: byProgram } = bot.manifest.triggers
  const dryRun = o.live !== true
  let body: object
  if (o.event !== undefined && dryRun) {
    const { name, payload } = (await json(o.event)) as { name?: string; payload?: object }
    body = { dryRun, event: { name, payload } }
  } else if (manual || byProgram) body = { dryRun, ...(o.input ? { input: await json(o.input) } : {}) }
  else {
    const way = dryRun ? 'give one with --event, or take --live and let it happen' : 'let it happen'
    return output.note(`It is started by ${events.join(', ') || 'its times'}: ${way}.`)
  }
  const { id } = await api.call<Run>('POST', `/bots/${bot.key}/run`, body)
  const run = await ended(api, id, signal)
  if (run) output.note(`${dryRun ? 'Dry run' : 'Run'} ${id.slice(-8)}: ${run.status}${told(run)}`)
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
