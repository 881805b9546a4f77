import {
  type AccessService,
  type Area,
  type Context,
  type GrantSource,
  grantSources,
  invalid,
  Problem,
  problems,
  type RoleDescription,
  type Tx,
} from '@guildhall/sdk'
import { holdingsOf, userHoldings } from '../../permissions/grants.ts'
import { mayChangeLoginEmail, missingToGrant } from '../../permissions/index.ts'
import type { Runtime } from '../../runtime.ts'
import { administratorToKeep, requireAnotherAdmin } from './administrators.ts'
import { principalNamed, standingOf, userBehind, wholeStandingOf } from './standing.ts'

type Asking = Pick<Context, 'actor' | 'reach'>

/** Roles an organisation can give: the built-in ones of organisations, and its own. */
export async function rolesOf(runtime: Runtime, tx: Tx): Promise<RoleDescription[]> {
  const { builtin, own } = await runtime.access.roles(tx)
  return [
    ...builtin.filter((role) => !role.global).map((role) => ({ ...role, builtIn: true })),
    ...own.map((role) => ({ ...role, titles: { de: role.title, en: role.title }, builtIn: false })),
  ].map(({ key, title, titles, builtIn, permissions }) => ({
    key,
    title,
    titles,
    builtIn,
    permissions: [...permissions].sort(),
  }))
}

/** @throws Problem 400 for an unknown role */
export async function roleNamed(runtime: Runtime, tx: Tx, key: string, pointer = '/role'): Promise<RoleDescription> {
  const roles = await rolesOf(runtime, tx)
  const role = roles.find((one) => one.key === key)
  if (!role) throw invalid(pointer, `"${key}" is not a role here (roles: ${roles.map((one) => one.key).join(', ')})`)
  return role
}

/** @throws Problem 403 naming what the actor does not hold himself */
export async function requireAll(
  runtime: Runtime,
  tx: Tx,
  ctx: Asking,
  entries: Iterable<string>,
  area: Area,
): Promise<void> {
  const lacking = missingToGrant(await standingOf(runtime, tx, ctx), entries, area, runtime.access.wholeOnly)
  if (lacking.length > 0)
    throw new Problem(problems.forbidden, {
      detail: `Nobody gives what he does not hold there himself: ${shown(lacking)}.`,
    })
}

const shown = (ids: readonly string[]) =>
  ids.length > 8 ? `${ids.slice(0, 8).join(', ')} and ${ids.length - 8} more` : ids.join(', ')

export const accessServiceFor = (runtime: Runtime, ctx: Asking): AccessService => ({
  roles: (tx) => rolesOf(runtime, tx),
  requireGrantable: async (tx, { role, path = '' }) => {
    const { permissions } = await roleNamed(runtime, tx, role)
    await requireAll(runtime, tx, ctx, permissions, { path, extent: 'below' })
  },
  requireHeld: (tx, { permissions, path, extent }) => requireAll(runtime, tx, ctx, permissions, { path, extent }),
  requireAnotherAdmin: (tx, { userId }) => requireAnotherAdmin(runtime, tx, userId),
  requireMayChangeLoginEmail: (tx, { userId }) => requireMayChangeLoginEmail(runtime, tx, ctx, userId),
  couldGrant: async (tx, { granter, role, path = '' }) => {
    const { permissions } = await roleNamed(runtime, tx, role)
    if (granter.kind === 'system') return true
    return (await wholeStandingOf(runtime, tx, granter)).missing(permissions, { path, extent: 'below' }).length === 0
  },
  standingOf: (tx, who) => wholeStandingOf(runtime, tx, who),
  administratorToKeep: (tx, { userIds }) => administratorToKeep(runtime, tx, userIds),
})

/** A login works in all its organisations, so rights in every one of them are asked for. */
async function requireMayChangeLoginEmail(runtime: Runtime, tx: Tx, ctx: Asking, userId: string): Promise<void> {
  const refuse = (detail: string) => new Problem(problems.forbidden, { detail })
  const actingUser = userBehind(ctx.actor)
  if (actingUser === userId || (ctx.actor.kind === 'system' && !ctx.actor.onBehalfOf)) return
  const target = await principalNamed(runtime, tx, { kind: 'user', id: userId })
  if (target?.kind !== 'user') return
  const acting = actingUser ? await principalNamed(runtime, tx, { kind: 'user', id: actingUser }) : null
  if (target.globalRole && !(acting?.kind === 'user' && acting.globalRole === 'super_admin'))
    throw refuse('This person holds a role over the whole platform; only a super administrator changes that login.')

  for (const { id: tenantId } of target.organizations) {
    const allowed = await inOrganization(runtime, tx, tenantId, async (there) => {
      const on = await runtime.enablement.of(tenantId)
      const { all: roles } = await runtime.access.roles(there)
      const { grants } = await userHoldings(there, userId, runtime.host.contributions<GrantSource>(grantSources, on))
      const asker = tenantId === tx.tenantId ? await behindHere(runtime, there, ctx) : acting
      if (!asker)
        return grants.every(({ role, permissions }) =>
          [...(permissions ?? roles.get(role)?.permissions ?? [])].every((entry) => entry.endsWith(':own')),
        )
      const compiled = await runtime.access.compile(there, await holdingsOf(there, asker, runtime.host, on))
      return mayChangeLoginEmail(compiled, { grants, roles, wholeOnly: runtime.access.wholeOnly, now: there.now() })
    })
    if (!allowed)
      throw refuse(
        tenantId === tx.tenantId
          ? 'This person holds rights that you do not hold; whoever changes the login could take them over.'
          : 'This person holds rights in another organisation; the login is changed by the person alone.',
      )
  }
}

const inOrganization = <R>(runtime: Runtime, tx: Tx, tenantId: string, fn: (tx: Tx) => Promise<R>): Promise<R> =>
  tenantId === tx.tenantId
    ? fn(tx)
    : runtime.units.run({ tenantId, actor: { kind: 'system', reason: 'rights of a login' }, reading: true }, fn)

const behindHere = (runtime: Runtime, tx: Tx, { actor }: Asking) => {
  if (actor.kind === 'system') return actor.onBehalfOf ? principalNamed(runtime, tx, actor.onBehalfOf) : null
  if (actor.kind === 'bot') return principalNamed(runtime, tx, actor.installedBy)
  return actor.kind === 'anonymous' ? null : principalNamed(runtime, tx, actor)
}
