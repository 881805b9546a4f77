import type { Actor } from '@guildhall/sdk'
import { QueryTypes, type Sequelize } from 'sequelize'
import type { Clock } from '../clock.ts'
import type { EnablementCache, PluginHost, Subscription } from '../plugin-host/index.ts'

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
  /** Ids of the subscriptions that are done with it. */
  readonly delivered: readonly string[]
}

export async function storedEvents(
  platform: Sequelize,
  tenantId: string,
  ids: readonly string[],
): Promise<StoredEvent[]> {
  return platform.query<StoredEvent>(
    `SELECT id, name, version, payload, actor, at,
            ARRAY(SELECT subscription FROM core.delivery d WHERE d.tenant_id = e.tenant_id AND d.event_id = e.id) AS delivered
       FROM core.event e WHERE tenant_id = $1 AND id = ANY($2) ORDER BY at, id`,
    { bind: [tenantId, ids], type: QueryTypes.SELECT },
  )
}

export interface Delivery {
  readonly event: StoredEvent
  readonly subscription: Subscription
}

/**
 * Who hears the events and has not yet. Subscriptions that do not wait for such a one, and those of plugins that are off,
 * are written down as skipped.
 */
export async function fanOut(
  o: { platform: Sequelize; host: PluginHost; enablement: EnablementCache; clock: Clock },
  tenantId: string,
  ids: readonly string[],
): Promise<readonly Delivery[]> {
  const on = await o.enablement.of(tenantId)
  const events = await storedEvents(o.platform, tenantId, ids)
  const open = events.flatMap((event) =>
    o.host
      .subscriptionsTo(event.name)
      .filter(({ id }) => !event.delivered.includes(id))
      .map((subscription) => ({ event, subscription })),
  )
  const { due = [], skipped = [] } = Object.groupBy(open, ({ event, subscription }) =>
    on.isOn(subscription.pluginId) && waitsFor(subscription, event) ? 'due' : 'skipped',
  )
  await recordDeliveries(o.platform, tenantId, skipped, 'skipped', o.clock.now())
  return due
}

/** One that cannot say it gets the event: one plugin's fault stops nobody else's deliveries. */
function waitsFor({ when }: Subscription, { payload }: StoredEvent): boolean {
  try {
    return !when || when(payload)
  } catch {
    return true
  }
}

/** Skipping is recorded too, so a plugin that is switched on later does not hear the past. */
export async function recordDeliveries(
  platform: Sequelize,
  tenantId: string,
  deliveries: readonly Delivery[],
  outcome: 'handled' | 'skipped',
  at: Date,
): Promise<void> {
  if (deliveries.length === 0) return
  await platform.query(
    `INSERT INTO core.delivery (tenant_id, event_id, subscription, outcome, at)
     SELECT $1, event_id, subscription, $4, $5 FROM unnest($2::uuid[], $3::text[]) AS d (event_id, subscription)
     ON CONFLICT DO NOTHING`,
    {
      bind: [
        tenantId,
        deliveries.map(({ event }) => event.id),
        deliveries.map(({ subscription }) => subscription.id),
        outcome,
        at,
      ],
      type: QueryTypes.INSERT,
    },
  )
}
