import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rows } from '../../auth/platform-rows.ts'
import type { Platform } from '../../platform.ts'

/** A login of the demo. Passwords are made at random, never shipped; they stand in a 0600 file of the data folder. */
export interface DemoLogin {
  readonly email: string
  readonly name: string
  readonly password: string
  readonly role: string
}

const fileOf = ({ config }: Pick<Platform, 'config'>) => join(config.dataDir, 'demo-logins.json')

/** What a fresh installation for trying out gets; never in production, and never beside somebody's own organisations. */
export async function wantsDemo(platform: Platform, asked: boolean | undefined): Promise<boolean> {
  const { config, runtime } = platform
  const wanted = asked ?? (config.demo || undefined)
  if (wanted === false) return false
  if (config.environment === 'production') {
    if (wanted)
      throw new Error(
        'The demo prints its logins, so it is refused in production. Start without --demo and GUILDHALL_DEMO.',
      )
    return false
  }
  const [there] = await rows<{ any: boolean; demo: boolean; accounts: boolean }>(
    runtime.database.platform,
    `SELECT EXISTS (SELECT 1 FROM core.tenant) AS any, EXISTS (SELECT 1 FROM core.tenant WHERE slug = 'demo') AS demo,
            EXISTS (SELECT 1 FROM core.account) AS accounts`,
  )
  if (there?.demo) return false
  return wanted === true || (!there?.any && !there?.accounts && config.environment === 'development')
}

/** The logins of a demo that was made here; null when there is none. */
export async function knownDemoLogins(platform: Pick<Platform, 'config'>): Promise<readonly DemoLogin[] | null> {
  if (platform.config.environment === 'production') return null
  try {
    return JSON.parse(await readFile(fileOf(platform), 'utf8')) as DemoLogin[]
  } catch {
    return null
  }
}

export async function keepDemoLogins(platform: Pick<Platform, 'config'>, logins: readonly DemoLogin[]): Promise<void> {
  const file = fileOf(platform)
  await writeFile(file, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600 })
  // The mode counts only for a new file.
  await chmod(file, 0o600)
}
