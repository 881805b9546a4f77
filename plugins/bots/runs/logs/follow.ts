/** New lines as they come, for whoever stays. */
import { setTimeout as wait } from 'node:timers/promises'
import type { ServerSentEvent } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { BotsContext } from '../../context.ts'
import { type LogFilter, readLogs } from './read-logs.ts'

/** Ids of two nodes may arrive out of order by as much: looked at again, shown once. */
const overlapMs = 5000
const page = 500
/** Between two looks; a database that says so of its own would cost every run a notification. */
const everyMs = 1000

/** From the line with id `lastEventId` on, else from now. */
export async function* follow(
  ctx: BotsContext,
  filter: Omit<LogFilter, 'limit'>,
  o: { signal: AbortSignal; lastEventId: string | null },
): AsyncGenerator<ServerSentEvent> {
  const start = o.lastEventId ?? uuidv7()
  const shown = new Set<string>()
  for (let from = start, newest = start; !o.signal.aborted; ) {
    const lines = await ctx.read((tx) => readLogs(tx, { ...filter, after: from, limit: page }))
    for (const line of lines) {
      if (line.id > newest) newest = line.id
      if (line.id <= start || shown.has(line.id)) continue
      shown.add(line.id)
      yield { id: line.id, event: 'log', data: line }
    }
    if (lines.length === page) {
      from = lines.at(-1)!.id
      continue
    }
    from = idBefore(newest)
    for (const id of shown) if (id <= from) shown.delete(id)
    await wait(everyMs, undefined, { signal: o.signal }).catch(() => {})
  }
}

/** The least id of a moment so long before this one. */
function idBefore(id: string): string {
  const ms = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) - overlapMs
  const hex = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
