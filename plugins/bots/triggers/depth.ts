/** How many runs stand in a chain of causes. What a bot causes over the network says so itself, in a header. */
import { Problem, problems } from '@guildhall/sdk'
import { depthHeader } from '../runs/http/request.ts'

/** A bot that causes what starts it stops here. */
export const deepestCause = 3

/**
 * Of a call that came in. Whoever sends it may claim more than there is, and hurts himself.
 * @throws Problem 409 where the chain is as deep as chains may be
 */
export function depthOfCall(headers: Readonly<Record<string, string | string[] | undefined>>): number {
  const said = headers[depthHeader]
  if (typeof said !== 'string') return 0
  const depth = /^\d{1,3}$/.test(said) ? Number(said) : deepestCause
  if (depth >= deepestCause)
    throw new Problem(problems.conflict, { detail: `A chain of bots ends here: ${deepestCause} runs stand in it.` })
  return depth
}
