import type { Config } from '../../config/index.ts'
import type { MigrationSet } from '../../database/migrations.ts'
import { installedPlugins } from '../../platform.ts'
import { PluginHost } from '../../plugin-host/index.ts'
import { databaseFindings } from './database.ts'
import { machineFindings } from './machine.ts'
import { neighbourFindings } from './neighbours.ts'

export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do about it. */
  readonly remedy?: string
}

/** From the ground up; where one part cannot be looked at, the rest still is. */
export async function* findings(load: () => Promise<Config>): AsyncGenerator<Finding> {
  let config: Config
  try {
    config = await load()
  } catch (error) {
    yield { check: 'configuration', state: 'fail', detail: (error as Error).message }
    return
  }
  yield { check: 'configuration', state: 'ok', detail: `${config.environment}, role ${config.role}` }
  yield* machineFindings(config)
  const plugins = await pluginFinding(config)
  yield plugins.finding
  yield* databaseFindings(config, plugins.migrations)
  yield* neighbourFindings(config)
}

/** Packages that are not there or do not fit stop the boot, whatever the database. */
async function pluginFinding(
  config: Config,
): Promise<{ finding: Finding; migrations: readonly MigrationSet[] | null }> {
  const check = 'plugins'
  try {
    const { plugins, migrations } = new PluginHost(await installedPlugins(config))
    return { finding: { check, state: 'ok', detail: plugins.map(({ id }) => id).join(', ') }, migrations }
  } catch (error) {
    return {
      finding: { check, state: 'fail', detail: (error as Error).message.replace(/^plugins: /, '') },
      migrations: null,
    }
  }
}
