import type { Output } from '../terminal/output.ts'
import { type ServerApi, type ServerChoice, withServer } from '../workshop/server-api.ts'

export interface LogLine {
  readonly at: string
  readonly level: string
  readonly runId: string
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
    const level = o.level ? `&level=${encodeURIComponent(o.level)}` : ''
    const query = `/bots/${encodeURIComponent(id)}/logs?limit=${encodeURIComponent(o.limit)}&sort=-at${level}`
    const { items } = await api.call<{ items: LogLine[] }>('GET', query)
    if (!o.follow) return output.result({ items }, items.toReversed().map(lineText).join('\n'))
    for (const line of items.toReversed()) show(output, line)
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort())
    for await (const line of followLogs(api, id, stop.signal)) show(output, line)
  })
}

export async function* followLogs(api: ServerApi, id: string, signal: AbortSignal): AsyncGenerator<LogLine> {
  for await (const { event, data } of api.follow(`/bots/${encodeURIComponent(id)}/logs`, signal))
    if (event === 'log' || event === 'message') yield data as LogLine
}

/** One line a line: with `--json` a document each, since nobody knows which is the last. */
export const show = (output: Output, line: LogLine): void => output.result(line, lineText(line))

function lineText({ at, level, runId, message, data }: LogLine): string {
  const more = data === undefined || data === null ? '' : ` ${JSON.stringify(data)}`
  return `${at} ${level.padEnd(7)} ${runId.slice(-8)} ${message}${more}`
}
