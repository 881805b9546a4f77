/** Whose rights a bot works with, and who may set it going therefore: asked wherever somebody makes a bot do something. */
import { type BotManifest, Problem, problems, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import { actsForPlatform } from '../definitions/catalogue.ts'
import type { Installation } from './stored.ts'

type Asks = Pick<BotManifest, 'permissions'>
type Whose = Pick<Installation, 'installedBy'>

/** Whoever sees a system bot may not therefore set it. @throws Problem 403 */
export function requireKind(ctx: BotsContext, { manifest }: Pick<Installation, 'manifest'>): void {
  if (manifest.kind === 'system' && !actsForPlatform(ctx))
    throw new Problem(problems.forbidden, { detail: 'Bots of the kind "system" are set by platform administrators.' })
}

/** @throws Problem 409 naming the actions of plugins that are off here */
export function requireActionsOn(ctx: BotsContext, { permissions: { actions } }: Asks): void {
  const known = new Set(ctx.use.actions.list().map(({ id }) => id))
  const off = actions.filter((id) => !known.has(id))
  if (off.length > 0)
    throw new Problem(problems.dependency, {
      detail: `This bot needs actions of plugins that are off here: ${off.join(', ')}.`,
      extensions: { actions: off },
    })
}

/**
 * Nobody lets a bot do what he may not do himself: not by installing it, and not by setting or starting one that works
 * with the rights of another. That other's rights he needs over the whole organisation, for nothing says where the bot
 * will use them; his own bot reaches no further than he does.
 * @param whose null for a bot that is his from here on
 * @throws Problem 403 naming what is lacking
 */
export async function requireRights(ctx: BotsContext, tx: Tx, manifest: Asks, whose: Whose | null): Promise<void> {
  if (tx.actor.kind === 'system') return
  if (!('id' in tx.actor)) throw new Problem(problems.unauthenticated)
  const { kind, id } = tx.actor
  const own = whose === null || (whose.installedBy.kind === kind && whose.installedBy.id === id)
  const beyond = await ctx.use.actions.beyond(tx, { kind, id }, manifest.permissions.actions, { everywhere: !own })
  if (beyond.length > 0)
    throw new Problem(problems.forbidden, {
      detail: `Nobody lets a bot do what he may not do himself. You lack${own ? '' : ', over the whole organisation'}: ${beyond
        .map(({ action, requires }) => `${requires} (for ${action})`)
        .join(', ')}.`,
      extensions: { beyond: beyond.map((one) => ({ ...one })) },
    })
}

/** For whatever makes an installed bot work: by the version it runs, or another that is named. @throws Problem 403 */
export async function requireAuthority(
  ctx: BotsContext,
  tx: Tx,
  installation: Pick<Installation, 'manifest' | 'installedBy'>,
  version: Pick<Installation, 'manifest'> = installation,
): Promise<void> {
  requireKind(ctx, installation)
  requireKind(ctx, version)
  await requireRights(ctx, tx, version.manifest, installation)
}
