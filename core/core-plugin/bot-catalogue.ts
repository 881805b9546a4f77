import type { EventsService, ShippedBotsService } from '@guildhall/sdk'
import type { Surroundings } from './surroundings.ts'

type Asked = { readonly tenantId: string }

export const eventsServiceFor = (around: Pick<Surroundings, 'runtime'>, { tenantId }: Asked): EventsService => ({
  list: async () => {
    const on = await around.runtime.enablement.of(tenantId)
    return [...around.runtime.host.events.values()]
      .filter(({ plugin }) => on.isOn(plugin.id))
      .map(({ plugin, event: { id, title, version, payload } }) => ({ id, plugin: plugin.id, title, version, payload }))
  },
})

/** The composition gives the platform's own; the host knows those of plugins. */
export const shippedBotsServiceFor = (
  around: Pick<Surroundings, 'runtime' | 'bots'>,
  { tenantId }: Asked,
): ShippedBotsService => ({
  list: async () => {
    const on = await around.runtime.enablement.of(tenantId)
    return [
      ...(around.bots ?? []).map(({ source }) => ({ plugin: null, source })),
      ...around.runtime.host.plugins
        .filter(({ id }) => on.isOn(id))
        .flatMap(({ id, spec }) => (spec.bots ?? []).map(({ source }) => ({ plugin: id, source }))),
    ]
  },
})
