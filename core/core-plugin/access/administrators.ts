import { type GrantSource, grantSources, Problem, problems, type Tx } from '@guildhall/sdk'
import { userHoldings } from '../../permissions/grants.ts'
import { administers } from '../../permissions/index.ts'
import type { Runtime } from '../../runtime.ts'

/** Whoever gives roles over the whole organisation, for good, can repair everything else. */
const administering = 'core.grants.manage'

/** Asked before a change that could take the last administrator away; two such changes of one organisation queue. */
export async function requireAnotherAdmin(runtime: Runtime, tx: Tx, userId: string): Promise<void> {
  await queueUp(tx)
  const asks = await administrators(runtime, tx)
  if (!(await asks(userId))) return
  for await (const other of candidates(tx, userId)) if (await asks(other)) return
  throw lastAdmin()
}

/** Of users who are to lose their rights together: one who has to stay, because nobody beside them administers. */
export async function administratorToKeep(
  runtime: Runtime,
  tx: Tx,
  userIds: readonly string[],
): Promise<string | null> {
  if (userIds.length === 0) return null
  await queueUp(tx)
  const asks = await administrators(runtime, tx)
  const leaving = new Set(userIds)
  const postponed: string[] = []
  for await (const user of candidates(tx, null)) {
    if (leaving.has(user)) postponed.push(user)
    else if (await asks(user)) return null
  }
  for (const user of postponed) if (await asks(user)) return user
  return null
}

/** For changes of roles themselves: somebody must still administer afterwards, if somebody did before. */
export async function keepAnAdmin<R>(runtime: Runtime, tx: Tx, change: () => Promise<R>): Promise<R> {
  await queueUp(tx)
  const before = await hasAdmin(runtime, tx)
  const result = await change()
  if (before && !(await hasAdmin(runtime, tx))) throw lastAdmin()
  return result
}

async function hasAdmin(runtime: Runtime, tx: Tx): Promise<boolean> {
  const asks = await administrators(runtime, tx)
  for await (const user of candidates(tx, null)) if (await asks(user)) return true
  return false
}

const queueUp = (tx: Tx) => tx.query('SELECT 1 FROM core.epoch WHERE tenant_id = $1 FOR UPDATE', [tx.tenantId])

async function administrators(runtime: Runtime, tx: Tx): Promise<(userId: string) => Promise<boolean>> {
  const on = await runtime.enablement.of(tx.tenantId)
  const sources = runtime.host.contributions<GrantSource>(grantSources, on)
  const { all: roles } = await runtime.access.roles(tx)
  return async (userId) => {
    const { grants } = await userHoldings(tx, userId, sources)
    return administers({ grants, roles, now: tx.now() }, administering)
  }
}

/** Those with a grant of their own first: there the search nearly always ends. */
async function* candidates(tx: Tx, except: string | null): AsyncGenerator<string> {
  const granted = await tx.query<{ id: string }>(
    `SELECT DISTINCT principal_id AS id FROM core."grant"
      WHERE tenant_id = $1 AND principal_kind = 'user' AND group_id IS NULL AND principal_id IS DISTINCT FROM $2`,
    [tx.tenantId, except],
  )
  const seen = new Set(granted.map(({ id }) => id))
  yield* seen
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const page = await tx.query<{ id: string }>(
      'SELECT user_id AS id FROM core.affiliation WHERE tenant_id = $1 AND user_id > $2 ORDER BY user_id LIMIT 500',
      [tx.tenantId, after],
    )
    for (const { id } of page) if (id !== except && !seen.has(id)) yield id
    if (page.length < 500) return
    after = page.at(-1)!.id
  }
}

const lastAdmin = () =>
  new Problem(problems.conflict, {
    detail: 'Nobody would be left who administers the organisation. Give somebody else the role first.',
  })
