import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import closeWithGrace from 'close-with-grace'
import { readConfig } from '../../config/index.ts'
import { createLog } from '../../http/index.ts'
import { openPlatform } from '../../platform.ts'
import { serve } from '../../serve.ts'
import { type DemoLogin, knownDemoLogins, wantsDemo } from '../demo/logins.ts'
import { collectStartGarbage } from '../start-garbage.ts'
import { type Output, UsageError } from '../terminal/output.ts'
import { summary } from '../terminal/summary.ts'

const commandLine = fileURLToPath(new URL('../guildhall.ts', import.meta.url))

interface StartOptions {
  readonly port?: string
  readonly host?: string
  readonly role?: 'all' | 'api' | 'worker'
  readonly demo?: boolean
}

/** Longer than any request may take; a second Ctrl-C ends it at once. */
const graceMs = 25_000

export async function run(o: StartOptions, output: Output): Promise<void> {
  const config = await readConfig({ overrides: overridesOf(o) }, (message) => output.note(message))
  const log = createLog({ level: config.log.level })
  const platform = await openPlatform({ config, log, working: config.role !== 'api' })
  let logins: readonly DemoLogin[] | null
  let serving: Awaited<ReturnType<typeof serve>>
  try {
    if (await wantsDemo(platform, o.demo)) await makeDemo(output)
    logins = await knownDemoLogins(platform)
    serving = await serve(platform, log)
  } catch (error) {
    await platform.close()
    throw error
  }
  closeWithGrace({ delay: graceMs }, async ({ err }) => {
    if (err) log.fatal({ err }, 'the platform stops after an error nobody caught')
    await serving.stop()
  })
  collectStartGarbage()
  const { address, publicUrl, setupUrl } = serving
  output.result(
    {
      address,
      publicUrl,
      docs: `${publicUrl}/docs`,
      setupUrl,
      demo: logins?.map(({ email, role }) => ({ email, role })) ?? null,
    },
    () =>
      summary({
        config,
        publicUrl,
        address,
        setupUrl,
        logins,
        embeddedDatabase: platform.prepared.embedded,
        version: platform.version,
      }),
  )
}

/**
 * In a process of its own, which ends: hashing passwords and filling a register grow a heap by 30 MB that this one would
 * carry as long as it serves.
 */
async function makeDemo(output: Output): Promise<void> {
  const seed = spawn(process.execPath, [...process.execArgv, commandLine, 'seed', ...(output.json ? ['--json'] : [])], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = (await once(seed, 'exit')) as [number | null, NodeJS.Signals | null]
  if (code !== 0) throw new Error(`The demo organisation could not be made (${signal ?? `exit code ${code}`}).`)
}

function overridesOf(o: StartOptions): Record<string, unknown> {
  const port = o.port === undefined ? undefined : Number(o.port)
  if (port !== undefined && !Number.isInteger(port))
    throw new UsageError(`"${o.port}" is no port: write a number from 1 to 65535`)
  const server = { ...(port === undefined ? {} : { port }), ...(o.host === undefined ? {} : { host: o.host }) }
  return { ...(Object.keys(server).length > 0 ? { server } : {}), ...(o.role === undefined ? {} : { role: o.role }) }
}
