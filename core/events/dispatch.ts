import type { Actor } from '@guildhall/sdk'
import { QueryTypes, type Sequelize } from 'sequelize'
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

/** Who hears the events and has not yet; `skipped`: does not wait for such a one, or is of a plugin that is off. */
export async function fanOut(
  o: { platform: Sequelize; host: PluginHost; enablement: EnablementCache },
  tenantId: string,
  ids: readonly string[],
): Promise<{ readonly due: readonly Delivery[]; readonly skipped: readonly Delivery[] }> {
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
  return { due, skipped }
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
  { handled, skipped = [] }: { handled: readonly Delivery[]; skipped?: readonly Delivery[] },
  at: Date,
): Promise<void> {
  const deliveries = [...handled, ...skipped]
  if (deliveries.length === 0) return
  await platform.query(
    `INSERT INTO core.delivery (tenant_id, event_id, subscription, outcome, at)
     SELECT $1, event_id, subscription, CASE WHEN n <= $4 THEN 'handled' ELSE 'skipped' END, $5
       FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS d (event_id, subscription, n)
     ON CONFLICT DO NOTHING`,
    {
      bind: [
        tenantId,
        deliveries.map(({ event }) => event.id),
        deliveries.map(({ subscription }) => subscription.id),
        handled.length,
        at,
      ],
      type: QueryTypes.INSERT,
    },
  )
}
