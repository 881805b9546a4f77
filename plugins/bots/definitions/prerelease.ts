import { invalid } from '@guildhall/sdk'
import type { ReadBot } from './read-bot.ts'

const mostCharacters = 60

/**
 * The same source as a version that comes before its own: `1.0.0` with `dev.3` is `1.0.0-dev.3`, `1.0.0-rc.1` is
 * `1.0.0-rc.1.dev.3`. @throws Problem 400 when that makes a version longer than versions are
 */
export function before(bot: ReadBot, prerelease: string | undefined): ReadBot {
  if (prerelease === undefined) return bot
  const [named = '', ...build] = bot.manifest.version.split('+')
  const version = `${named}${named.includes('-') ? '.' : '-'}${prerelease}${build.length > 0 ? `+${build.join('+')}` : ''}`
  if (version.length > mostCharacters)
    throw invalid('/prerelease', `makes the version ${version}, and one has at most ${mostCharacters} characters`)
  return { ...bot, manifest: { ...bot.manifest, version } }
}
