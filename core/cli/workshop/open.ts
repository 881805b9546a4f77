import type { Log, Tx } from '@guildhall/sdk'
import { createIdentity, type Identity } from '../../auth/index.ts'
import { MemoryCache } from '../../cache/index.ts'
import { type Config, readConfig } from '../../config/index.ts'
import { openPlatform, type Platform } from '../../platform.ts'
import type { Runtime } from '../../runtime.ts'

/** The platform as a command uses it: services in this process, beside a running server or without one. */
export interface Workshop {
  readonly config: Config
  readonly platform: Platform
  readonly runtime: Runtime
  readonly identity: Identity
}

/** Warnings and errors of the platform, on standard error. */
const commandLog: Log = {
  debug: () => {},
  info: () => {},
  warn: (o, message) => write('warning', o, message),
  error: (o, message) => write('error', o, message),
}
function write(level: string, o: object, message: string): void {
  const { err } = o as { err?: unknown }
  process.stderr.write(`${level}: ${message}${err instanceof Error ? `: ${err.message}` : ''}\n`)
}

/**
 * Opens the platform, does the work, and closes it again. The embedded database is started or joined, and stays when
 * another Guildhall uses it.
 */
export async function withPlatform<R>(
  fn: (workshop: Workshop) => Promise<R>,
  o: { overrides?: Record<string, unknown> } = {},
): Promise<R> {
  const config = await readConfig(o.overrides ? { overrides: o.overrides } : {}, (message) =>
    commandLog.warn({}, message),
  )
  const platform = await openPlatform({ config, log: commandLog, working: false })
  let identity: Identity | undefined
  try {
    const { runtime } = platform
    const publicUrl = config.server.publicUrl || `http://localhost:${config.server.port}`
    identity = await createIdentity({
      platform: runtime.database.platform,
      cache: new MemoryCache(),
      sealer: runtime.sealer,
      log: commandLog,
      clock: runtime.clock,
      publicUrl,
      dataDir: config.dataDir,
      environment: config.environment,
      settings: config.identity,
      describeAccess: (principal, tenantId) => runtime.access.of(tenantId, principal),
    })
    runtime.openDoor({ identity })
    return await fn({ config, platform, runtime, identity })
  } finally {
    await identity?.stop()
    await platform.close()
  }
}

/** Whoever can run commands on the machine acts for the platform; the trail says so. */
export const commandActor = { kind: 'system', reason: 'command line' } as const

/** One unit of work in an organisation. */
export const inOrganization = <R>({ runtime }: Workshop, tenantId: string, fn: (tx: Tx) => Promise<R>): Promise<R> =>
  runtime.units.run({ tenantId, actor: commandActor }, fn)
