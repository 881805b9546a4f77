import type { Log, PluginDefinition } from '@guildhall/sdk'
import { coreMigrations } from '#migrations/core/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import type { Config } from './config/index.ts'
import packageFile from '../package.json' with { type: 'json' }
import { type Clock, systemClock } from './clock.ts'
import { type PreparedDatabase, prepareDatabase } from './database/prepare.ts'
import { PluginHost } from './plugin-host/index.ts'
import { openRuntime, type Runtime } from './runtime.ts'
import { loadMasterKey } from './secrets/index.ts'

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
  readonly masterKey: Buffer
  readonly prepared: PreparedDatabase
  /** Of the platform, from package.json. */
  readonly version: string
  close(): Promise<void>
}

/** Third-party plugins are npm packages named in the configuration; their default export is the definition. */
export async function installedPlugins(config: Pick<Config, 'plugins'>): Promise<PluginDefinition[]> {
  const external = await Promise.all(config.plugins.map(loadPlugin))
  return [...bundledPlugins, ...external]
}

async function loadPlugin(name: string): Promise<PluginDefinition> {
  let loaded: { default?: unknown }
  try {
    loaded = (await import(name)) as { default?: unknown }
  } catch (cause) {
    throw new Error(`plugins: the package "${name}" cannot be loaded: ${(cause as Error).message}. Install it with npm install ${name}.`, { cause })
  }
  const definition = loaded.default as Partial<PluginDefinition> | undefined
  if (definition?.kind !== 'plugin') throw new Error(`plugins: the default export of "${name}" is not a plugin made with definePlugin().`)
  return definition as PluginDefinition
}

/** Configuration -> database -> plugins. Everything that can be wrong is found before anybody is served. */
export async function openPlatform(o: PlatformOptions): Promise<Platform> {
  const { config, log } = o
  const clock = o.clock ?? systemClock
  const plugins = await installedPlugins(config)
  const masterKey = await loadMasterKey({ dataDir: config.dataDir, configured: config.secrets.masterKey })
  const prepared = await prepareDatabase({
    config,
    masterKey,
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
        publicUrl: config.server.publicUrl || `http://localhost:${config.server.port}`,
      },
      masterKey,
      clock,
      log,
      working: o.working,
    })
    return {
      config,
      runtime,
      masterKey,
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
