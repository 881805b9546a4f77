/** The one sentence a result says of itself; what is stored holds no terminal commands in it. */
import { inert } from './logs/inert.ts'

const most = 500

/** The result as it is stored. */
export function withInertSummary(result: unknown): unknown {
  const summary = textOf(result)
  return summary === null ? result : { ...(result as object), summary: inert(summary) }
}

/** Of a stored result, for lists, mails and rehearsals. */
export const summaryOf = (result: unknown): string | null => textOf(result)?.slice(0, most) ?? null

function textOf(result: unknown): string | null {
  const summary = typeof result === 'object' && result !== null ? (result as { summary?: unknown }).summary : undefined
  return typeof summary === 'string' ? summary : null
}
