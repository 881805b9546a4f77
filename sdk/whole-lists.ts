/** Lists of an organisation that are read and replaced as a whole (`contentVersion` of a route): nobody counts their changes. */
import { Value } from 'typebox/value'
import type { Tx } from './context.ts'
import { requireVersion } from './problems.ts'
import type { RequestFacts } from './routes.ts'

/** A version made of what something holds: the same as long as that is the same. */
export const contentVersion = (content: unknown): number => Number(BigInt(`0x${Value.Hash(content)}`) >> 16n)

/** Until the unit of work ends nobody else replaces a list of this organisation. */
export const queueForLists = (tx: Tx): Promise<unknown> =>
  tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`lists:${tx.tenantId}`])

/**
 * What stands there before it is replaced, in the form of the answer that shows it.
 * @throws Problem 412 when `If-Match` names what stood there earlier
 */
export async function readToReplace<A>(
  tx: Tx,
  facts: Pick<RequestFacts, 'ifMatch'>,
  read: (tx: Tx) => Promise<A>,
): Promise<A> {
  await queueForLists(tx)
  const before = await read(tx)
  requireVersion(facts, contentVersion(before))
  return before
}
