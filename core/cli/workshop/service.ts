import { Problem, problems, type ServiceRef } from '@guildhall/sdk'
import { systemAccess } from '../../permissions/access.ts'
import { createContext } from '../../plugin-host/index.ts'
import { commandActor, type Workshop } from './open.ts'

/**
 * A plugin's service as a command uses it: in this process, for the platform, in one organisation.
 * @throws Problem 404 when the plugin is not installed or off there
 */
export async function serviceIn<T>(
  { runtime }: Workshop,
  tenantId: string,
  ref: ServiceRef<T>,
  signal: AbortSignal,
): Promise<T> {
  const found = runtime.host.services.get(ref.id)
  const enablement = await runtime.enablement.of(tenantId)
  if (!found || !enablement.isOn(found.plugin.id))
    throw new Problem(problems.pluginNotEnabled, {
      detail: `The plugin "${ref.id.split('.')[0]}" is off in this organisation.`,
    })
  const ctx = createContext(runtime.context, {
    plugin: found.plugin,
    tenantId,
    actor: commandActor,
    enablement,
    access: systemAccess,
    signal,
    log: runtime.log,
    scope: {},
    reading: false,
  })
  return found.service.make(ctx) as T
}
