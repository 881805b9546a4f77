import { type Actor, Problem, problems, type ServiceRef } from '@guildhall/sdk'
import { systemAccess } from '../permissions/access.ts'
import type { Runtime } from '../runtime.ts'
import { createContext } from './context.ts'

/**
 * A plugin's service outside any plugin: for the platform, in one organisation.
 * @param o.plugin who uses it; default: core
 * @throws Problem 404 when its plugin is not installed or off there
 */
export async function serviceIn<T>(
  runtime: Runtime,
  ref: ServiceRef<T>,
  o: { tenantId: string; actor: Actor; signal: AbortSignal; plugin?: string },
): Promise<T> {
  const { tenantId, actor, signal } = o
  const found = runtime.host.services.get(ref.id)
  const enablement = await runtime.enablement.of(tenantId)
  if (!found || !enablement.isOn(found.plugin.id))
    throw new Problem(problems.pluginNotEnabled, {
      detail: `The plugin "${ref.id.split('.')[0]}" is off in this organisation.`,
    })
  const ctx = createContext(runtime.context, {
    plugin: found.plugin,
    tenantId,
    actor,
    enablement,
    access: systemAccess,
    signal,
    log: runtime.log,
    scope: {},
    reading: false,
  })
  return found.service.make(ctx, { plugin: o.plugin ?? 'core', isOn: (id) => enablement.isOn(id) }) as T
}
