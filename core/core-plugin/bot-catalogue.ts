import type { EventsService, PastEvent, ServiceCaller, ShippedBotsService } from '@guildhall/sdk'
import type { Surroundings } from './surroundings.ts'

type Caller = Pick<ServiceCaller, 'isOn'>

export const eventsServiceFor = ({ runtime }: Pick<Surroundings, 'runtime'>, { isOn }: Caller): EventsService => ({
  list: () =>
    [...runtime.host.events.values()]
      .filter(({ plugin }) => isOn(plugin.id))
      .map(({ plugin, event: { id, title, version, payload, example } }) => ({
        id,
        plugin: plugin.id,
        title,
        version,
        payload,
        example,
      })),
  latest: (tx, names) => tx.query<PastEvent & Record<string, unknown>>(latestOf, [tx.tenantId, names]),
})

/** By the index on the time: an event that never happened is not looked for through all the years. */
const latestOf = `
SELECT DISTINCT ON (name) name, payload, at
  FROM (SELECT name, payload, at, id FROM core.event WHERE tenant_id = $1 ORDER BY at DESC, id DESC LIMIT 10000) e
 WHERE name = ANY($2) ORDER BY name, at DESC, id DESC`

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
