import { didYouMean, Problem, type ProblemError, problems, type Tx } from '@guildhall/sdk'
import { lineOfProblem } from '@guildhall/sdk/bot-source'
import type { BotsContext } from '../context.ts'
import { versionTaken } from '../problems.ts'
import { botPublished, ofBots } from '../refs.ts'
import { requireRoom } from '../room.ts'
import { actsForPlatform, type Shipped } from './catalogue.ts'
import { cannotBePublished, type ReadBot } from './read-bot.ts'
import { type BotVersion, insertVersion, versionsOf } from './version-sql.ts'

/**
 * Actions and events are those of the plugins that are on here: a bot that asks for others could never run. Nor does what
 * happens to bots start one.
 */
function unfitNames(ctx: BotsContext, { manifest, lineAt }: ReadBot): ProblemError[] {
  const actions = new Set(ctx.use.actions.list().map(({ id }) => id))
  const events = new Set(ctx.use.events.list().map(({ id }) => id))
  const faults = (at: string, names: readonly string[], fault: (name: string) => string | null) =>
    names.flatMap((name, i) => {
      const reason = fault(name)
      const pointer = `${at}/${i}`
      return reason === null ? [] : [lineOfProblem(`/manifest${pointer}`, reason, lineAt(pointer), 'unknown')]
    })
  return [
    ...faults('/permissions/actions', manifest.permissions.actions, (name) =>
      actions.has(name) ? null : `"${name}" is not an action of what is switched on here${didYouMean(name, actions)}`,
    ),
    ...faults('/triggers/events', manifest.triggers.events, (name) => {
      if (ofBots(name)) return `"${name}" starts no bot: a bot that fails would start itself. Choose another event`
      return events.has(name)
        ? null
        : `"${name}" is not an event of what is switched on here${didYouMean(name, events)}`
    }),
  ]
}

/** Makes the immutable version. @throws Problem 400 with the places, 403, 409 */
export async function publish(
  ctx: BotsContext,
  tx: Tx,
  bot: ReadBot,
  shipped: Shipped,
): Promise<{ version: BotVersion; unchanged: boolean }> {
  const { manifest } = bot
  if (manifest.kind === 'system' && !actsForPlatform(ctx))
    throw new Problem(problems.forbidden, {
      detail: 'Bots of the kind "system" are published by platform administrators.',
    })
  const errors = unfitNames(ctx, bot)
  if (errors.length > 0) throw cannotBePublished(errors)
  if (shipped.some(({ botId }) => botId === manifest.id))
    throw new Problem(problems.alreadyExists, {
      detail: `"${manifest.id}" is a bot that comes along. Give yours another id.`,
    })
  const [alias] = await tx.query('SELECT 1 FROM bots.installation WHERE tenant_id = $1 AND key = $2 AND bot_id <> $2', [
    tx.tenantId,
    manifest.id,
  ])
  if (alias)
    throw new Problem(problems.alreadyExists, {
      detail: `"${manifest.id}" is the alias of an installation here. Give the bot another id.`,
    })
  const { actor } = tx
  const by = { kind: actor.kind, id: 'id' in actor ? actor.id : 'platform' }
  const id = await insertVersion(tx, { ...bot, origin: 'published', by })
  const version = (await versionsOf(tx, manifest.id)).find((one) => one.version === manifest.version) as BotVersion
  if (id === null) {
    if (version.hash !== bot.hash)
      throw new Problem(versionTaken, {
        detail: `Version ${manifest.version} of ${manifest.id} stands with another source: count the version up.`,
      })
    return { version, unchanged: true }
  }
  await requireRoom(tx, 'bot_version')
  await tx.audit({
    action: 'bots.published',
    target: { type: 'bot', id: manifest.id },
    meta: { version: manifest.version, hash: bot.hash },
  })
  await tx.emit(botPublished, { botId: manifest.id, version: manifest.version })
  return { version, unchanged: false }
}
