import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { Bot } from './bot-schema.ts'
import type { BotsContext } from './context.ts'
import { catalogue, cataloguedBot, maySeeKind, newestOf, type Shipped } from './definitions/catalogue.ts'
import { botView, type Entry, type Seen } from './installations/bot-view.ts'
import { lastRuns } from './installations/installation-sql.ts'
import { allInstallations, findInstallation } from './installations/stored.ts'

export interface BotFilter {
  readonly kind?: Bot['kind'] | undefined
  readonly installed?: boolean | undefined
  readonly enabled?: boolean | undefined
  readonly search?: string | undefined
}

/** What can be installed here and what is, in the order of their ids. */
export async function listBots(
  ctx: BotsContext,
  tx: Tx,
  shipped: Shipped,
  filter: BotFilter,
  seen: Seen,
): Promise<Bot[]> {
  const bots = await catalogue(tx, shipped)
  const installations = await allInstallations(tx)
  const runs = new Map((await lastRuns(tx)).map((run) => [run.installationId, run]))
  const taken = new Set(installations.map(({ key }) => key))
  const entries: Entry[] = [
    ...installations.flatMap((installation) => {
      const bot = bots.get(installation.botId)
      return bot ? [{ key: installation.key, bot, installation, lastRun: runs.get(installation.id) ?? null }] : []
    }),
    ...[...bots.values()]
      .filter((bot) => !taken.has(bot.id) && maySeeKind(ctx, newestOf(bot).manifest))
      .map((bot) => ({ key: bot.id, bot, installation: null, lastRun: null })),
  ]
  return entries
    .map((entry) => botView(entry, seen))
    .filter((bot) => fits(bot, filter))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

function fits(bot: Bot, { kind, installed, enabled, search = '' }: BotFilter): boolean {
  const text = fold(`${bot.id} ${bot.title} ${bot.description}`)
  return (
    (kind === undefined || bot.kind === kind) &&
    (installed === undefined || bot.installed === installed) &&
    (enabled === undefined || bot.enabled === enabled) &&
    fold(search)
      .split(/\s+/)
      .every((word) => text.includes(word))
  )
}

/** The installation with this key, else the bot with this id. @throws Problem 404 */
export async function botNamed(ctx: BotsContext, tx: Tx, shipped: Shipped, key: string): Promise<Entry> {
  const installation = await findInstallation(tx, key)
  const bot = await cataloguedBot(tx, shipped, installation?.botId ?? key)
  if (!bot || (!installation && !maySeeKind(ctx, newestOf(bot).manifest))) throw new Problem(problems.notFound)
  const lastRun = installation
    ? ((await lastRuns(tx)).find((run) => run.installationId === installation.id) ?? null)
    : null
  return { key, bot, installation, lastRun }
}
