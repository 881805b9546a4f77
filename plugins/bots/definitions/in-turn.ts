/**
 * Sources of one organisation are read one after another: each takes a thread, its memory, and time of a runner that the
 * bots of others wait for.
 */
import { Problem, problems } from '@guildhall/sdk'

/** Of one organisation, the one that is being read counted. */
const most = 20
const lines = new Map<string, { length: number; last: Promise<unknown> }>()

/** @throws Problem 429 when too many wait already */
export async function inTurn<R>(tenantId: string, read: () => Promise<R>): Promise<R> {
  const line = lines.get(tenantId) ?? { length: 0, last: Promise.resolve() }
  if (line.length >= most)
    throw new Problem(problems.rateLimited, {
      detail: `${most} bots of this organisation are being read already.`,
      headers: { 'retry-after': '10' },
    })
  lines.set(tenantId, line)
  line.length++
  const mine = line.last.then(read)
  line.last = mine.catch(() => undefined)
  try {
    return await mine
  } finally {
    if (--line.length === 0) lines.delete(tenantId)
  }
}
