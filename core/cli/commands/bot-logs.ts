import type { Output } from '../terminal/output.ts'
import { type ServerApi, type ServerChoice, withServer } from '../workshop/server-api.ts'

export interface LogLine {
  readonly id: string
  readonly at: string
  readonly level: string
  readonly runId: string
  readonly mode: string
  readonly message: string
  readonly data?: unknown
}

/** The end of a bot's log; with `-f` what comes, until Ctrl-C. */
export async function run(
  o: ServerChoice & { follow?: boolean; limit: string; level?: string },
  output: Output,
  [id = '']: readonly string[],
): Promise<void> {
  await withServer(o, async (api) => {
    const level = o.level === undefined ? '' : `level=${encodeURIComponent(o.level)}`
    const { items } = await api.call<{ items: LogLine[] }>(
      'GET',
      `${logsOf(id)}?limit=${encodeURIComponent(o.limit)}&${level}`,
    )
    const lines = items.toReversed()
    if (!o.follow) return output.result({ items: lines }, lines.map(lineText).join('\n'))
    for (const line of lines) show(output, line)
    const stop = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
    const from = lines.at(-1)?.id ?? (await lastLine(api, id))
    for await (const { event, data } of api.follow(`${logsOf(id)}?${level}`, stop.signal, from))
      if (event === 'log') show(output, data as LogLine)
  })
}

const logsOf = (id: string): string => `/bots/${encodeURIComponent(id)}/logs`

const beforeAll = '00000000-0000-7000-8000-000000000000'

/** After which line to follow, so that what is said before the connection stands is not lost. */
export async function lastLine(api: ServerApi, id: string): Promise<string> {
  const { items } = await api.call<{ items: LogLine[] }>('GET', `${logsOf(id)}?limit=1`)
  return items[0]?.id ?? beforeAll
}

/** Lines after that one, until the signal. */
export async function* followLogs(
  api: ServerApi,
  id: string,
  o: { signal: AbortSignal; after: string },
): AsyncGenerator<LogLine> {
  for await (const { event, data } of api.follow(logsOf(id), o.signal, o.after))
    if (event === 'log') yield data as LogLine
}

/** One line a line: with `--json` a document each, since nobody knows which is the last. */
export const show = (output: Output, line: LogLine): void => output.result(line, lineText(line))

/** What stands on lines of its own is set in: no bot writes a line that looks like another's. */
function lineText({ at, level, runId, mode, message, data }: LogLine): string {
  const more = data === undefined || data === null ? '' : ` ${JSON.stringify(data)}`
  const run = mode === 'live' ? runId.slice(-8) : `${runId.slice(-8)} (${mode} run)`
  return `${at} ${level.padEnd(7)} ${run} ${message.replaceAll('\n', '\n    ')}${more}`
}
