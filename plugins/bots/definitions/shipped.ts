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

const known = new Map<string, Promise<ReadBot | null>>()

const fileOf = (source: URL): URL => (source.pathname.endsWith('/') ? new URL('bot.ts', source) : source)

/** Null for one that is no bot: its author's fault, told to the log once; the others are not hurt. */
async function inspected(ctx: BotsContext, source: URL): Promise<ReadBot | null> {
  const text = await readFile(fileOf(source), 'utf8')
  try {
    return await readBot(ctx.use.sandbox, text)
  } catch (error) {
    if (!isProblem(error)) throw error
    const bot = source.pathname.split('/').slice(-2).join('/')
    ctx.log.error({ bot, why: error.errors.map(({ message }) => message) }, 'a shipped bot cannot be read')
    return null
  }
}

function once(ctx: BotsContext, source: URL): Promise<ReadBot | null> {
  const there = known.get(source.href)
  if (there) return there
  const reading = inspected(ctx, source)
  known.set(source.href, reading)
  // A file or a runner that was not to be had now may be there the next time.
  reading.catch(() => known.delete(source.href))
  return reading
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
