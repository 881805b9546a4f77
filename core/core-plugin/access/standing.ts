import type { Actor, Context, Reach, Tx, Standing as WholeStanding } from '@guildhall/sdk'
import type { Principal } from '../../auth/principal.ts'
import { UserDirectory } from '../../auth/users/user-directory.ts'
import { holdingsOf } from '../../permissions/grants.ts'
import { type Compiled, check, holdsAnywhere, missingToGrant, reach } from '../../permissions/index.ts'
import type { Runtime } from '../../runtime.ts'

/** Where somebody holds a permission in this organisation, now. */
export type Standing = (permission: string) => Reach

const everywhere: Standing = () => ({ everywhere: true })
const nowhere: Standing = () => ({ everywhere: false, places: [], self: null })

/**
 * What the actor may give to others: what he holds himself. Work of the platform is asked for the person it goes back
 * to; where it goes back to nobody (a schedule, the command line) nothing limits it.
 */
export async function standingOf(runtime: Runtime, tx: Tx, ctx: Pick<Context, 'actor' | 'reach'>): Promise<Standing> {
  const { actor } = ctx
  // What a bot was granted decides which actions it has; what it may give to others is asked of whoever installed it.
  if (actor.kind === 'bot') return standingOfPerson(runtime, tx, actor.installedBy)
  if (actor.kind !== 'system') return (permission) => ctx.reach(permission)
  return actor.onBehalfOf ? standingOfPerson(runtime, tx, actor.onBehalfOf) : everywhere
}

/** The same for somebody who is not asking himself; who is gone, disabled or revoked holds nothing. */
async function standingOfPerson(runtime: Runtime, tx: Tx, who: { kind: string; id: string }): Promise<Standing> {
  const compiled = await compiledOf(runtime, tx, who)
  return compiled ? (permission) => reach(compiled, permission) : nowhere
}

/** The same with every question that can be asked of rights. */
export async function wholeStandingOf(
  runtime: Runtime,
  tx: Tx,
  who: { kind: string; id: string },
): Promise<WholeStanding> {
  const { wholeOnly } = runtime.access
  const missing = (standing: Standing): WholeStanding['missing'] => {
    return (entries, area) => missingToGrant(standing, entries, area, wholeOnly)
  }
  if (who.kind === 'system') return { may: () => true, reach: everywhere, missing: () => [] }
  const compiled = await compiledOf(runtime, tx, who)
  if (!compiled) return { may: () => false, reach: nowhere, missing: missing(nowhere) }
  const reaching: Standing = (permission) => reach(compiled, permission)
  return {
    may: (permission, at) => (at ? check(compiled, permission, at) : holdsAnywhere(compiled, permission)),
    reach: reaching,
    missing: missing(reaching),
  }
}

async function compiledOf(runtime: Runtime, tx: Tx, who: { kind: string; id: string }): Promise<Compiled | null> {
  const principal = await principalNamed(runtime, tx, who)
  if (!principal) return null
  const on = await runtime.enablement.of(tx.tenantId)
  return runtime.access.compile(tx, await holdingsOf(tx, principal, runtime.host, on))
}

/**
 * A user, token or service account by id, with the rights of this moment.
 * @param o.last most likely nothing is read after it, see `Tx.query`
 */
export async function principalNamed(
  runtime: Runtime,
  tx: Tx,
  who: { kind: string; id: string },
  o: { readonly last?: boolean } = {},
): Promise<Principal | null> {
  if (who.kind === 'user') return new UserDirectory(runtime.database.platform).byId(who.id)
  if (who.kind !== 'token' && who.kind !== 'serviceAccount') return null
  const [row] = await tx.query<{ role: string; scopes: string[] | null; made_by: string | null }>(
    who.kind === 'token'
      ? `SELECT role, scopes, made_by FROM core.api_token
          WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)`
      : 'SELECT role, scopes, made_by FROM core.service_account WHERE tenant_id = $1 AND id = $2 AND NOT disabled AND $3::timestamptz IS NOT NULL',
    [tx.tenantId, who.id, tx.now()],
    { ...o, prepared: true },
  )
  if (!row) return null
  const { made_by: madeBy, ...rights } = row
  return { kind: who.kind, id: who.id, tenantId: tx.tenantId, ...rights, ...(madeBy === null ? {} : { madeBy }) }
}

/** The user behind an actor, when there is one. */
export const userBehind = (actor: Actor): string | null => {
  if (actor.kind === 'user') return actor.id
  if (actor.kind === 'system') return actor.onBehalfOf?.kind === 'user' ? actor.onBehalfOf.id : null
  if (actor.kind === 'bot') return actor.installedBy.kind === 'user' ? actor.installedBy.id : null
  return 'userId' in actor ? (actor.userId ?? null) : null
}
