import { isDeepStrictEqual } from 'node:util'
import { Problem, problems, type Tx } from '@guildhall/sdk'
import { systemAccess } from '../permissions/access.ts'
import type { Runtime } from '../runtime.ts'
import { scheduleJobs, unscheduleJobs } from '../schedule/schedules.ts'
import { keepSealed, sealSecrets, unsealSecrets } from '../secrets/index.ts'
import { type EditionName, requireInEdition } from '../tenancy/organizations-editions.ts'
import { createContext } from './context.ts'
import { configPlace, type Enablement, type PluginState, refuseBrokenDependencies, validConfig } from './enablement.ts'
import type { InstalledPlugin } from './installed.ts'

export interface PluginSwitch {
  readonly enabled?: boolean
  /** The whole configuration; secrets it leaves out stay, null takes one away. */
  readonly config?: unknown
}

/** Puts back what was parked while a plugin was off or its organisation suspended; a job, so that it happens with the commit or not at all. */
export const unparkJob = 'core.unpark'

/**
 * Switches a plugin on or off in one organisation, or changes its configuration. Takes effect at once and loses nothing.
 * @throws Problem 404 for a plugin that is not installed, 409 with the list of plugins in the way, 400 with pointers,
 *   403 `not-in-edition`
 */
export const setPluginState = (
  runtime: Runtime,
  tenantId: string,
  pluginId: string,
  wanted: PluginSwitch,
): Promise<void> =>
  runtime.units.run({ tenantId, actor: { kind: 'system', reason: 'plugin switch' } }, (tx) =>
    switchPlugin(runtime, tx, pluginId, wanted),
  )

/** The same inside a unit of work that is open already. */
export async function switchPlugin(runtime: Runtime, tx: Tx, pluginId: string, wanted: PluginSwitch): Promise<void> {
  const plugin = runtime.host.plugin(pluginId)
  if (!plugin || pluginId === 'core')
    throw new Problem(problems.notFound, { detail: `There is no plugin "${pluginId}".` })
  const { on, edition } = await lockStates(tx)
  const before = on.states.get(pluginId)
  const enabled = wanted.enabled ?? before?.enabled ?? false
  const switched = enabled !== (before?.enabled ?? false)
  if (switched) {
    if (enabled) requireInEdition(edition, pluginId)
    refuseBrokenDependencies(plugin, enabled, runtime.host.plugins, on)
  }
  const { plain, sealed, written, changed } = newConfig(
    runtime,
    tx.tenantId,
    plugin,
    before?.config ?? {},
    wanted.config,
  )
  if (!switched && !written && before) return
  await tx.query(
    `INSERT INTO core.plugin_state (tenant_id, plugin_id, enabled, config) VALUES ($1, $2, $3, $4)
     ON CONFLICT (tenant_id, plugin_id) DO UPDATE SET enabled = $3, config = $4, updated_at = $5, version = core.plugin_state.version + 1`,
    [tx.tenantId, pluginId, enabled, JSON.stringify(sealed), tx.now()],
  )
  if (switched) await (enabled ? switchOn(runtime, tx, plugin, on, plain) : switchOff(runtime, tx, plugin, on, plain))
  const target = { type: 'plugin', id: pluginId }
  if (switched) await tx.audit({ action: enabled ? 'core.plugin-enabled' : 'core.plugin-disabled', target })
  if (written && changed.length > 0) await tx.audit({ action: 'core.plugin-configured', target, changed })
  tx.accessChanged()
}

async function switchOn(
  runtime: Runtime,
  tx: Tx,
  plugin: InstalledPlugin,
  on: Enablement,
  config: PluginState['config'],
) {
  await plugin.spec.tenant?.enabled?.(hookContext(runtime, tx, plugin, on, config), tx)
  await scheduleJobs(tx, plugin)
  if (runtime.host.jobs.has(unparkJob)) await tx.enqueue(unparkJob, { plugin: plugin.id }, { key: plugin.id })
}

async function switchOff(
  runtime: Runtime,
  tx: Tx,
  plugin: InstalledPlugin,
  on: Enablement,
  config: PluginState['config'],
) {
  await plugin.spec.tenant?.disabled?.(hookContext(runtime, tx, plugin, on, config), tx)
  await unscheduleJobs(tx, plugin)
}

/** What a plugin's own hooks get: the plugin counts as on, whatever the row says. */
export const hookContext = (
  runtime: Runtime,
  tx: Tx,
  plugin: InstalledPlugin,
  on: Enablement,
  config: PluginState['config'],
) =>
  createContext(runtime.context, {
    plugin,
    tenantId: tx.tenantId,
    actor: tx.actor,
    enablement: {
      states: on.states,
      isOn: (id) => id === plugin.id || on.isOn(id),
      config: (id) => (id === plugin.id ? config : on.config(id)),
    },
    access: systemAccess,
    signal: AbortSignal.timeout(60_000),
    log: runtime.log,
    scope: {},
    reading: false,
  })

/**
 * The states as they stand now, locked: of two switches at once the second sees what the first did, so no plugin stays
 * on without what it needs.
 */
export async function lockStates(tx: Tx): Promise<{ on: Enablement; edition: EditionName | null }> {
  const [tenant] = await tx.query<{ edition: EditionName | null }>(
    'SELECT edition FROM core.tenant WHERE id = $1 FOR UPDATE',
    [tx.tenantId],
  )
  const rows = await tx.query<{ plugin_id: string } & PluginState>(
    'SELECT plugin_id, enabled, config, version FROM core.plugin_state WHERE tenant_id = $1',
    [tx.tenantId],
  )
  const states = new Map(rows.map(({ plugin_id, ...state }) => [plugin_id, state]))
  return {
    edition: tenant?.edition ?? null,
    on: {
      states,
      isOn: (id) => id === 'core' || states.get(id)?.enabled === true,
      config: (id) => states.get(id)?.config ?? {},
    },
  }
}

/** @throws Problem 400 with pointers */
function newConfig(
  runtime: Runtime,
  tenantId: string,
  plugin: InstalledPlugin,
  stored: PluginState['config'],
  wanted: unknown,
) {
  const { schema } = plugin.spec.config
  const place = configPlace(tenantId, plugin.id)
  const given = (wanted ?? stored) as Record<string, unknown>
  const whole =
    typeof given === 'object' && given !== null && !Array.isArray(given) ? keepSealed(schema, given, stored) : given
  const plain = validConfig(plugin, unsealSecrets(schema, whole, runtime.sealer, place))
  // Sealing anew gives another text each time, so what changed is told by what was sealed.
  const before = safely(() => unsealSecrets(schema, stored, runtime.sealer, place)) ?? {}
  const written = wanted !== undefined && !isDeepStrictEqual(before, plain)
  return {
    plain,
    written,
    // A default counted before it was written down.
    changed: changedKeys(safely(() => validConfig(plugin, before)) ?? before, plain),
    sealed: written ? sealSecrets(schema, plain, runtime.sealer, place) : stored,
  }
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

const changedKeys = (before: object, after: object): string[] => {
  const [old, now] = [before as Record<string, unknown>, after as Record<string, unknown>]
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => !isDeepStrictEqual(old[key], now[key]),
  )
}
