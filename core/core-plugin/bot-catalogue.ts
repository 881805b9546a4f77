import type { EventsService, ServiceCaller, ShippedBotsService } from '@guildhall/sdk'
import type { Surroundings } from './surroundings.ts'

type Caller = Pick<ServiceCaller, 'isOn'>

export const eventsServiceFor = ({ runtime }: Pick<Surroundings, 'runtime'>, { isOn }: Caller): EventsService => ({
  list: () =>
    [...runtime.host.events.values()]
      .filter(({ plugin }) => isOn(plugin.id))
      .map(({ plugin, event: { id, title, version, payload } }) => ({
        id,
        plugin: plugin.id,
        title,
        version,
        payload,
      })),
})

/** The composition gives the platform's own; the host knows those of plugins. */
export const shippedBotsServiceFor = (
  { runtime, bots = [] }: Pick<Surroundings, 'runtime' | 'bots'>,
  { isOn }: Caller,
): ShippedBotsService => ({
  list: () => [
    ...bots.map(({ source }) => ({ plugin: null, source })),
    ...runtime.host.plugins
      .filter(({ id }) => isOn(id))
      .flatMap(({ id, spec }) => (spec.bots ?? []).map(({ source }) => ({ plugin: id, source }))),
  ],
})
