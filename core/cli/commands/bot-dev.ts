import { watch } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describeError, type Output } from '../terminal/output.ts'
import { type ServerApi, type ServerChoice, withServer } from '../workshop/server-api.ts'
import { followLogs, show } from './bot-logs.ts'
import { type PublishedBot, readBotSource } from './bot-publish.ts'

interface Shown {
  readonly installed: boolean
  readonly requests: { readonly actions: readonly { id: string }[]; readonly hosts: readonly { host: string }[] }
}
type Options = ServerChoice & { config?: string; input?: string; live?: boolean }

/**
 * At every saving: publish as a development version, install it, run it, show its log. Runs are dry unless `--live`.
 * A version that does not compile is told, and the one before goes on.
 */
export async function run(o: Options, output: Output, [path = 'bot.ts']: readonly string[]): Promise<void> {
  const file = resolve((await stat(path)).isDirectory() ? join(path, 'bot.ts') : path)
  await withServer(o, async (api) => {
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort())
    output.note(`Watching ${file} for ${api.address}; Ctrl-C ends it.`)
    let [saved, following] = [0, '']
    for await (const _ of changes(file, stop.signal)) {
      try {
        const bot = await tryOut(api, o, file, ++saved)
        output.note(`${bot.id} ${bot.version} runs${o.live ? '' : ' dry'}.`)
        if (following !== bot.id) {
          following = bot.id
          void showLog(api, bot.id, output, stop.signal)
        }
        await api.call('POST', `/bots/${bot.id}/run`, await runBody(o))
      } catch (error) {
        if (!stop.signal.aborted) output.note(describeError(error).text)
      }
    }
  })
}

const runBody = async (o: Options) => ({
  dryRun: !o.live,
  ...(o.input ? { input: JSON.parse(await readFile(o.input, 'utf8')) as object } : {}),
})

/** Whoever develops here is the administrator, and agrees to what the version asks for. */
async function tryOut(api: ServerApi, o: Options, file: string, saved: number): Promise<PublishedBot> {
  const prerelease = `dev.${Date.now()}.${saved}`
  const bot = await api.call<PublishedBot>('POST', '/bots', { ...(await readBotSource(file)), prerelease })
  const { installed } = await api.call<Shown>('GET', `/bots/${bot.id}`)
  const { requests } = await api.call<Shown>('GET', `/bots/${bot.id}/versions/${bot.version}`)
  const consent = { actions: requests.actions.map(({ id }) => id), hosts: requests.hosts.map(({ host }) => host) }
  if (installed) await api.call('POST', `/bots/${bot.id}/upgrade`, { version: bot.version, consent })
  const config = o.config ? (JSON.parse(await readFile(o.config, 'utf8')) as object) : undefined
  if (!installed || config)
    await api.call('POST', `/bots/${bot.id}/configure`, {
      ...(installed ? {} : { version: bot.version, consent }),
      ...(config ? { config } : {}),
      enabled: true,
    })
  return bot
}

async function showLog(api: ServerApi, id: string, output: Output, signal: AbortSignal): Promise<void> {
  try {
    for await (const line of followLogs(api, id, signal)) show(output, line)
  } catch (error) {
    if (!signal.aborted) output.note(describeError(error).text)
  }
}

/** Now, and after each saving; editors that write in several steps count once. */
async function* changes(file: string, signal: AbortSignal): AsyncGenerator<void> {
  let wake: () => void = () => {}
  let changed = true
  const watcher = watch(file, { signal }, () => {
    changed = true
    wake()
  })
  // Aborting it is how it ends.
  watcher.once('error', () => {})
  signal.addEventListener('abort', () => wake(), { once: true })
  while (!signal.aborted) {
    if (changed) {
      changed = false
      yield
    }
    if (!changed && !signal.aborted)
      await new Promise<void>((resolve) => {
        wake = () => setTimeout(resolve, 100)
      })
  }
  watcher.close()
}
