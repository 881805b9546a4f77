import type { ServiceRef } from '@guildhall/sdk'
import { serviceIn as inOrganization } from '../../plugin-host/service-in.ts'
import { commandActor, type Workshop } from './open.ts'

/**
 * A plugin's service as a command uses it: in this process, for the platform, in one organisation.
 * @throws Problem 404 when the plugin is not installed or off there
 */
export const serviceIn = <T>(
  { runtime }: Workshop,
  tenantId: string,
  ref: ServiceRef<T>,
  signal: AbortSignal,
): Promise<T> => inOrganization(runtime, ref, { tenantId, actor: commandActor, signal })
