import type { Actor } from '@guildhall/sdk'
import { QueryTypes, type Sequelize } from 'sequelize'
import type { Clock } from '../clock.ts'
import type { EnablementCache, PluginHost } from '../plugin-host/index.ts'

/** The job a unit of work leaves behind when an installed plugin listens to one of its events. */
export const dispatchJob = 'core.dispatch'
/** One job an event and subscription, so that a failing one is retried alone. */
export const deliverJob = 'core.deliver'

export interface StoredEvent {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly payload: unknown
  readonly actor: Actor
  readonly at: Date
}

export async function storedEvents(
  platform: Sequelize,
  tenantId: string,
  ids: readonly string[],
): Promise<StoredEvent[]> {
  return platform.query<StoredEvent>(
    'SELECT id, name, version, payload, actor, at FROM core.event WHERE tenant_id = $1 AND id = ANY($2) ORDER BY at, id',
    { bind: [tenantId, ids], type: QueryTypes.SELECT },
  )
}

/** What the dispatch of some events leads to; subscriptions of plugins that are off are written down as skipped. */
export interface Deliveries {
  readonly due: readonly { readonly eventId: string; readonly subscription: string }[]
}

/** Decides who hears the events. Skipping is recorded, so a plugin that is switched on later does not hear the past. */
export async function fanOut(
  o: { platform: Sequelize; host: PluginHost; enablement: EnablementCache; clock: Clock },
  tenantId: string,
  ids: readonly string[],
): Promise<Deliveries> {
  const on = await o.enablement.of(tenantId)
  const due: { eventId: string; subscription: string }[] = []
  for (const event of await storedEvents(o.platform, tenantId, ids)) {
    for (const subscription of o.host.subscriptionsTo(event.name)) {
      if (on.isOn(subscription.pluginId)) due.push({ eventId: event.id, subscription: subscription.id })
      else await recordDelivery(o.platform, tenantId, event.id, subscription.id, 'skipped', o.clock.now())
    }
  }
  return { due }
}

export async function recordDelivery(
  platform: Sequelize,
  tenantId: string,
  eventId: string,
  subscription: string,
  outcome: 'handled' | 'skipped',
  at: Date,
): Promise<void> {
  await platform.query(
    `INSERT INTO core.delivery (tenant_id, event_id, subscription, outcome, at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    { bind: [tenantId, eventId, subscription, outcome, at], type: QueryTypes.INSERT },
  )
}

export async function isDelivered(
  platform: Sequelize,
  tenantId: string,
  eventId: string,
  subscription: string,
): Promise<boolean> {
  const rows = await platform.query(
    'SELECT 1 FROM core.delivery WHERE tenant_id = $1 AND event_id = $2 AND subscription = $3',
    { bind: [tenantId, eventId, subscription], type: QueryTypes.SELECT },
  )
  return rows.length > 0
}
