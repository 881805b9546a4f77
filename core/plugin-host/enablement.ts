import { Problem, problems } from '@guildhall/sdk'
import type { Sequelize } from 'sequelize'
import { QueryTypes } from 'sequelize'
import { hideSecrets, type Sealer, unsealSecrets } from '../secrets/index.ts'
import { invalidProblem, Validator } from '../validation.ts'
import type { PluginHost } from './host.ts'
import type { InstalledPlugin } from './installed.ts'

/** One organisation's plugins: what is on, with its configuration. */
export interface Enablement {
  isOn(pluginId: string): boolean
  /** With defaults and with its secrets in clear, for handlers; `states` has it as it is stored. */
  config(pluginId: string): Readonly<Record<string, unknown>>
  readonly states: ReadonlyMap<string, PluginState>
}
/** What stands of an organisation for as long as nothing changes there. */
export interface Standing extends Enablement {
  /** Nobody gets in and nothing runs. A rehearsal's copy is not, whatever its row says. */
  readonly suspended: boolean
}
export interface PluginState {
  readonly enabled: boolean
  readonly config: Readonly<Record<string, unknown>>
  readonly version: number
}

/**
 * Read once per organisation and kept until something changes there; while nobody would tell us, read every time.
 * `core` is on everywhere and has no row.
 */
export class EnablementCache {
  readonly #platform: Sequelize
  readonly #host: Pick<PluginHost, 'plugin'>
  readonly #sealer: Sealer
  readonly #kept = new Map<string, Promise<Standing>>()
  readonly #known = new Map<string, Standing>()
  #trusted = true
  readonly #mostKept = 10_000

  constructor(o: { platform: Sequelize; host: Pick<PluginHost, 'plugin'>; sealer: Sealer }) {
    this.#platform = o.platform
    this.#host = o.host
    this.#sealer = o.sealer
  }

  forget(tenantId: string): void {
    this.#kept.delete(tenantId)
    this.#known.delete(tenantId)
  }

  trust(listening: boolean): void {
    this.#trusted = listening
    this.#kept.clear()
    this.#known.clear()
  }

  /** What is kept, without asking the database; null when it would have to be. */
  known(tenantId: string): Enablement | null {
    return this.#known.get(tenantId) ?? null
  }

  of(tenantId: string): Promise<Standing> {
    if (!this.#trusted) return this.#read(tenantId)
    const kept = this.#kept.get(tenantId)
    if (kept) return kept
    const reading = this.#read(tenantId)
    if (this.#kept.size >= this.#mostKept) this.trust(true)
    this.#kept.set(tenantId, reading)
    reading.then(
      (read) => {
        if (this.#kept.get(tenantId) === reading) this.#known.set(tenantId, read)
      },
      () => this.#kept.delete(tenantId),
    )
    return reading
  }

  async #read(tenantId: string): Promise<Standing> {
    const found = await this.#platform.query<{ suspended: boolean; plugin_id: string | null } & PluginState>(
      `SELECT t.status = 'suspended' AND t.copy_of IS NULL AS suspended, s.plugin_id, s.enabled, s.config, s.version
         FROM core.tenant t LEFT JOIN core.plugin_state s ON s.tenant_id = t.id WHERE t.id = $1`,
      { bind: [tenantId], type: QueryTypes.SELECT },
    )
    const rows = found.flatMap(({ plugin_id, enabled, config, version }) =>
      plugin_id === null ? [] : [{ plugin_id, state: { enabled, config, version } }],
    )
    const states = new Map(rows.map(({ plugin_id, state }) => [plugin_id, state]))
    const plain = new Map(
      rows.map(({ plugin_id, state }) => [plugin_id, this.#usable(tenantId, plugin_id, state.config)]),
    )
    return {
      suspended: found[0]?.suspended ?? false,
      states,
      isOn: (id) => id === 'core' || states.get(id)?.enabled === true,
      config: (id) => plain.get(id) ?? {},
    }
  }

  /**
   * Defaults are filled in at reading, so that settings a newer version adds have theirs. Secrets that do not open
   * (another master key) are missing, not fatal: one organisation's configuration stops nobody.
   */
  #usable(tenantId: string, pluginId: string, config: PluginState['config']): PluginState['config'] {
    const schema = this.#host.plugin(pluginId)?.spec.config.schema
    if (!schema) return config
    const whole = Validator.of(schema).withDefaults(config) as PluginState['config']
    try {
      return unsealSecrets(schema, whole, this.#sealer, configPlace(tenantId, pluginId))
    } catch {
      return hideSecrets(schema, whole)
    }
  }
}

/** Sealed secrets open only where they were sealed. */
export const configPlace = (tenantId: string, pluginId: string): string => `plugin-config:${tenantId}:${pluginId}`

/** Plugins that must be on before this one, and are not. */
export const offDependencies = (plugin: InstalledPlugin, on: Enablement): string[] =>
  plugin.dependsOn.filter((id) => !on.isOn(id))

/** Plugins that are on and need this one. */
export const onDependants = (id: string, plugins: readonly InstalledPlugin[], on: Enablement): string[] =>
  plugins.filter((plugin) => plugin.dependsOn.includes(id) && on.isOn(plugin.id)).map((plugin) => plugin.id)

/** @throws Problem 400 with pointers when the configuration does not fit the plugin's schema. */
export function validConfig(plugin: InstalledPlugin, config: unknown): Record<string, unknown> {
  const validator = Validator.of(plugin.spec.config.schema)
  const value = validator.withDefaults(config ?? {})
  const errors = validator.errors(value)
  if (errors.length > 0) throw invalidProblem(errors, '/config')
  return value as Record<string, unknown>
}

/** @throws Problem 409 naming what has to be switched on first, or off first. */
export function refuseBrokenDependencies(
  plugin: InstalledPlugin,
  wanted: boolean,
  plugins: readonly InstalledPlugin[],
  on: Enablement,
): void {
  const blocking = wanted ? offDependencies(plugin, on) : onDependants(plugin.id, plugins, on)
  if (blocking.length === 0) return
  const list = blocking.join(', ')
  throw new Problem(problems.dependency, {
    detail: wanted
      ? `"${plugin.id}" needs plugins that are off here: ${list}. Switch them on first.`
      : `Plugins that are on here need "${plugin.id}": ${list}. Switch them off first.`,
    extensions: { plugins: blocking },
  })
}
