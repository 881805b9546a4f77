import { Problem, problems, type Tx } from '@guildhall/sdk'
import { systemAccess } from '../permissions/access.ts'
import type { Runtime } from '../runtime.ts'
import { scheduleJobs, unscheduleJobs } from '../schedule/schedules.ts'
import { unpark } from '../jobs/worker.ts'
import { createContext } from './context.ts'
import { refuseBrokenDependencies, validConfig } from './enablement.ts'

export interface PluginSwitch {
  readonly enabled?: boolean
  readonly config?: unknown
}

/**
 * Switches a plugin on or off in one organisation, or changes its configuration. Takes effect at once and loses nothing.
 * @throws Problem 404 for a plugin that is not installed, 409 with the list of plugins in the way, 400 with pointers.
 */
export async function setPluginState(runtime: Runtime, tenantId: string, pluginId: string, wanted: PluginSwitch): Promise<void> {
  await runtime.units.run({ tenantId, actor: { kind: 'system', reason: 'plugin switch' } }, (tx) => switchPlugin(runtime, tx, pluginId, wanted))
  if (wanted.enabled) await unpark({ boss: runtime.boss, platform: runtime.database.platform }, tenantId, pluginId)
}

/** The same inside a unit of work that is open already; parked jobs go back after its commit (`unpark`). */
export async function switchPlugin(runtime: Runtime, tx: Tx, pluginId: string, wanted: PluginSwitch): Promise<void> {
  const plugin = runtime.host.plugin(pluginId)
  if (!plugin || pluginId === 'core') throw new Problem(problems.notFound, { detail: `There is no plugin "${pluginId}".` })
  const on = await runtime.enablement.of(tx.tenantId)
  const enabled = wanted.enabled ?? on.isOn(pluginId)
  if (enabled !== on.isOn(pluginId)) refuseBrokenDependencies(plugin, enabled, runtime.host.plugins, on)
  const config = validConfig(plugin, wanted.config ?? on.config(pluginId))
  await tx.query(
    `INSERT INTO core.plugin_state (tenant_id, plugin_id, enabled, config) VALUES ($1, $2, $3, $4)
     ON CONFLICT (tenant_id, plugin_id) DO UPDATE SET enabled = $3, config = $4, updated_at = $5, version = core.plugin_state.version + 1`,
    [tx.tenantId, pluginId, enabled, JSON.stringify(config), tx.now()],
  )
  if (enabled !== on.isOn(pluginId)) {
    const ctx = createContext(runtime.context, {
      plugin,
      tenantId: tx.tenantId,
      actor: tx.actor,
      enablement: { states: on.states, isOn: (id) => id === pluginId || on.isOn(id), config: (id) => (id === pluginId ? config : on.config(id)) },
      access: systemAccess,
      signal: AbortSignal.timeout(60_000),
      log: runtime.log,
      scope: {},
      reading: false,
    })
    if (enabled) await plugin.spec.tenant?.enabled?.(ctx, tx)
    else await plugin.spec.tenant?.disabled?.(ctx, tx)
    await (enabled ? scheduleJobs(tx, plugin) : unscheduleJobs(tx, plugin))
    await tx.audit({ action: enabled ? 'core.plugin-enabled' : 'core.plugin-disabled', target: { type: 'plugin', id: pluginId } })
  } else await tx.audit({ action: 'core.plugin-configured', target: { type: 'plugin', id: pluginId } })
  tx.accessChanged()
}
