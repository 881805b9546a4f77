import type { ServiceRef } from '@guildhall/sdk'
import { systemAccess } from '../permissions/access.ts'
import { noOrganization } from '../pipeline/which-tenant.ts'
import type { Runtime } from '../runtime.ts'
import { createContext } from './context.ts'
import type { Enablement } from './enablement.ts'

const everythingOn: Enablement = { states: new Map(), isOn: () => true, config: () => ({}) }

/** A service that exists once per process, outside any organisation. @throws Error for another one, or one nobody provides */
export function rootService<T>(runtime: Pick<Runtime, 'host' | 'context' | 'log'>, ref: ServiceRef<T>): T {
  const found = runtime.host.services.get(ref.id)
  if (ref.scope !== 'root' || !found) throw new Error(`There is no service "${ref.id}" outside organisations`)
  const ctx = createContext(runtime.context, {
    plugin: found.plugin,
    tenantId: noOrganization,
    actor: { kind: 'system', reason: 'platform' },
    enablement: everythingOn,
    access: systemAccess,
    signal: () => new AbortController().signal,
    log: runtime.log,
    scope: {},
    reading: true,
  })
  return found.service.make(ctx, { plugin: 'core', isOn: () => true }) as T
}
