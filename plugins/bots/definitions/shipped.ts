/** Bots that come with the platform or a plugin, read and inspected once a process. */
import { readFile } from 'node:fs/promises'
import { isProblem } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import { type ReadBot, readBot } from './read-bot.ts'
import type { BotSource, BotVersion } from './version-sql.ts'

export interface ShippedVersion extends BotVersion, BotSource {
  readonly plugin: string | null
}

const read = new Map<string, Promise<ReadBot>>()

const fileOf = (source: URL): URL => (source.pathname.endsWith('/') ? new URL('bot.ts', source) : source)

function inspected(ctx: BotsContext, source: URL): Promise<ReadBot> {
  const known = read.get(source.href)
  if (known) return known
  const reading = readFile(fileOf(source), 'utf8').then((text) => readBot(ctx.use.sandbox, text))
  read.set(source.href, reading)
  // A runner that could not be started now may start the next time.
  reading.catch(() => read.delete(source.href))
  return reading
}

/** Those of the plugins that are on here. One that cannot be read is told to the log, and missing: the others are not hurt. */
export async function shippedVersions(ctx: BotsContext): Promise<readonly ShippedVersion[]> {
  const found = await Promise.all(
    ctx.use.shippedBots.list().map(async ({ plugin, source }) => {
      try {
        const { manifest, hash, source: js, original } = await inspected(ctx, source)
        return [
          {
            plugin,
            id: null,
            botId: manifest.id,
            version: manifest.version,
            origin: 'shipped' as const,
            hash,
            manifest,
            source: js,
            original,
            publishedBy: null,
            createdAt: null,
          },
        ]
      } catch (error) {
        const why = isProblem(error) ? error.errors.map(({ message }) => message) : undefined
        ctx.log.error(
          { err: error, bot: source.pathname.split('/').slice(-2).join('/'), why },
          'a shipped bot cannot be read',
        )
        return []
      }
    }),
  )
  return found.flat()
}
