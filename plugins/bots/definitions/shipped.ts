/** Bots that come with the platform or a plugin, read and inspected once a process. */
import { readFile } from 'node:fs/promises'
import { isProblem } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import { type ReadBot, readBot } from './read-bot.ts'
import type { BotSource, BotVersion } from './version-sql.ts'

export interface ShippedVersion extends BotVersion, BotSource {
  /** Null for the platform's own. */
  readonly plugin: string | null
}

/** One that could not be read is tried again after this many ms: it may have been the runner and not the bot. */
const patience = 60_000
const known = new Map<string, { readonly reading: Promise<ReadBot | null>; again: number }>()

const fileOf = (source: URL): URL => (source.pathname.endsWith('/') ? new URL('bot.ts', source) : source)

/** Null for one that cannot be read: the log has why, and the others are not hurt. */
async function inspected(ctx: BotsContext, source: URL): Promise<ReadBot | null> {
  try {
    return await readBot(ctx.use.sandbox, await readFile(fileOf(source), 'utf8'))
  } catch (error) {
    const why = isProblem(error) ? { why: error.errors.map(({ message }) => message) } : { err: error }
    ctx.log.error({ bot: source.pathname.split('/').slice(-2).join('/'), ...why }, 'a shipped bot cannot be read')
    return null
  }
}

function once(ctx: BotsContext, source: URL): Promise<ReadBot | null> {
  const now = ctx.now().getTime()
  const there = known.get(source.href)
  if (there && now < there.again) return there.reading
  const entry = { reading: inspected(ctx, source), again: Number.POSITIVE_INFINITY }
  known.set(source.href, entry)
  void entry.reading.then((bot) => {
    if (!bot) entry.again = now + patience
  })
  return entry.reading
}

/** Those of the platform, and of the plugins that are on here. */
export async function shippedVersions(ctx: BotsContext): Promise<readonly ShippedVersion[]> {
  const found = await Promise.all(
    ctx.use.shippedBots.list().map(async ({ plugin, source }): Promise<ShippedVersion[]> => {
      const bot = await once(ctx, source)
      if (!bot) return []
      const { id: botId, version } = bot.manifest
      return [{ ...bot, plugin, id: null, botId, version, origin: 'shipped', publishedBy: null, createdAt: null }]
    }),
  )
  return found.flat()
}
