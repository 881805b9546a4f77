import type { Log, PluginDefinition } from '@guildhall/sdk'
import { coreMigrations } from '#migrations/core/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { createSandbox } from '../bots/engine/index.ts'
import { libraryBots } from '../bots/library/index.ts'
import packageFile from '../package.json' with { type: 'json' }
import { type Clock, systemClock } from './clock.ts'
import { type Config, mailSettingsOf } from './config/index.ts'
import { type PreparedDatabase, prepareDatabase } from './database/prepare.ts'
import { PluginHost } from './plugin-host/index.ts'
import { loadOutsidePlugin } from './plugin-host/outside-plugins.ts'
import { openRuntime, type Runtime } from './runtime.ts'

export interface PlatformOptions {
  readonly config: Config
  readonly log: Log
  readonly clock?: Clock
  /** Whether this process runs jobs and schedules; false for the CLI. */
  readonly working: boolean
}

/** The platform without its door: what the CLI works with, and what `serve` opens. */
export interface Platform {
  readonly config: Config
  readonly runtime: Runtime
  readonly prepared: PreparedDatabase
  /** Of the platform, from package.json. */
  readonly version: string
  close(): Promise<void>
}

/** The bundled plugins, and the npm packages that the configuration names. */
export async function installedPlugins(config: Pick<Config, 'plugins' | 'dataDir'>): Promise<PluginDefinition[]> {
  const outside = await Promise.all(config.plugins.map((name) => loadOutsidePlugin(name, config.dataDir)))
  return [...bundledPlugins, ...outside]
}

/** Configuration -> database -> plugins. Everything that can be wrong is found before anybody is served. */
export async function openPlatform(o: PlatformOptions): Promise<Platform> {
  const { config, log } = o
  const clock = o.clock ?? systemClock
  const plugins = await installedPlugins(config)
  const prepared = await prepareDatabase({
    config,
    sets: [coreMigrations, ...new PluginHost(plugins).migrations],
    log: { info: (message) => log.info({}, message), warn: (message) => log.warn({}, message) },
  })
  try {
    const runtime = await openRuntime({
      urls: prepared.urls,
      pool: { rw: config.database.pool, platform: config.database.platformPool },
      plugins,
      core: {
        dataDir: config.dataDir,
        organizationDefaults: config.organizations,
        bundled: bundledPlugins.map(({ id }) => id),
        bots: libraryBots,
        publicUrl: config.server.publicUrl || `http://localhost:${config.server.port}`,
        mail: mailSettingsOf(config),
        sandbox: createSandbox({ log }),
      },
      masterKey: prepared.masterKey,
      clock,
      log,
      working: o.working,
    })
    return {
      config,
      runtime,
      prepared,
      version: packageFile.version,
      close: async () => {
        await runtime.close()
        await prepared.leave()
      },
    }
  } catch (error) {
    await prepared.leave()
    throw error
  }
}
