import type { Log } from '@guildhall/sdk'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import type { Sequelize } from 'sequelize'
import type { Clock } from '../clock.ts'
import type { JobData } from '../jobs/queue.ts'
import { systemAccess } from '../permissions/access.ts'
import {
  type ContextParts,
  createContext,
  type EnablementCache,
  type InstalledPlugin,
  type PluginHost,
  type Subscription,
} from '../plugin-host/index.ts'
import { type Delivery, deliverJob, fanOut, recordDeliveries, type StoredEvent, storedEvents } from './dispatch.ts'
import { onBehalf } from './on-behalf.ts'

export interface CarrierParts {
  readonly boss: PgBoss
  readonly host: PluginHost
  readonly parts: ContextParts
  readonly enablement: EnablementCache
  readonly platform: Sequelize
  readonly clock: Clock
  readonly log: Log
  readonly stopping: AbortSignal
}
type Job = Pick<JobWithMetadata<JobData>, 'data'>

/** An inline handler that takes longer is no inline handler: its deliveries go the long way. */
const inlineMs = 5_000
const inlineEvents = 100
const deliveryMs = 300_000

/** Carries events to their subscribers: dispatch decides who hears them, and a job each carries them there. */
export class EventCarrier {
  readonly #o: CarrierParts

  constructor(o: CarrierParts) {
    this.#o = o
  }

  /** Inline handlers run here, beside the insert of the others' jobs; one that fails gets a job like them. */
  async dispatch(job: Job): Promise<'done'> {
    const { tenant, input, actor } = job.data
    const { platform, clock } = this.#o
    const { due, skipped } = await fanOut(this.#o, tenant, (input as { events: string[] }).events)
    const { inline = [], queued = [] } = Object.groupBy(due, (d) => (d.subscription.inline ? 'inline' : 'queued'))
    const [{ handled, failed }] = await Promise.all([this.#inline(tenant, inline), this.#queue(tenant, actor, queued)])
    await recordDeliveries(platform, tenant, { handled, skipped }, clock.now())
    await this.#queue(tenant, actor, failed)
    return 'done'
  }

  async deliver(job: Job): Promise<'done' | 'skipped'> {
    const { tenant, input } = job.data
    const { eventId, subscription: id } = input as { eventId: string; subscription: string }
    const { platform, host, clock, enablement } = this.#o
    const [event] = await storedEvents(platform, tenant, [eventId])
    const subscription = event && host.subscriptionsTo(event.name).find((one) => one.id === id)
    const on = await enablement.of(tenant)
    if (!event || !subscription || event.delivered.includes(id) || !on.isOn(subscription.pluginId)) return 'skipped'
    await this.#handle(tenant, subscription, [event], deliveryMs)
    await recordDeliveries(platform, tenant, { handled: [{ event, subscription }] }, clock.now())
    return 'done'
  }

  /** In the order of the events, each subscription's together. */
  async #inline(
    tenant: string,
    deliveries: readonly Delivery[],
  ): Promise<{ readonly handled: readonly Delivery[]; readonly failed: readonly Delivery[] }> {
    const handled: Delivery[] = []
    const failed: Delivery[] = []
    for (const [subscription, of] of Map.groupBy(deliveries, (delivery) => delivery.subscription))
      for (let from = 0; from < of.length; from += inlineEvents) {
        const some = of.slice(from, from + inlineEvents)
        const events = some.map(({ event }) => event)
        try {
          await this.#handle(tenant, subscription, events, inlineMs)
          handled.push(...some)
        } catch (error) {
          const ids = events.map(({ id }) => id)
          this.#o.log.warn({ err: error, subscription: subscription.id, events: ids, tenant }, 'inline handler failed')
          failed.push(...some)
        }
      }
    return { handled, failed }
  }

  async #queue(tenant: string, actor: unknown, deliveries: readonly Delivery[]): Promise<void> {
    if (deliveries.length === 0) return
    await this.#o.boss.insert(
      deliverJob,
      deliveries.map(({ event, subscription }) => ({
        data: { tenant, input: { eventId: event.id, subscription: subscription.id }, actor },
        singletonKey: `${event.id}:${subscription.id}`,
        group: { id: tenant },
      })),
    )
  }

  /** One unit of work made them, so one actor caused them. Ends at the time-out even where the handler looks at no signal. */
  async #handle(
    tenantId: string,
    subscription: Subscription,
    events: readonly StoredEvent[],
    ms: number,
  ): Promise<void> {
    const [first] = events
    if (!first) return
    const names = [...new Set(events.map(({ name }) => name))].join(', ').slice(0, 200)
    const { parts, host, enablement, log, stopping } = this.#o
    const late = AbortSignal.timeout(ms)
    const ctx = createContext(parts, {
      plugin: host.plugin(subscription.pluginId) as InstalledPlugin,
      tenantId,
      actor: { kind: 'system', reason: `event ${names} for ${subscription.id}`, ...onBehalf(first.actor) },
      enablement: await enablement.of(tenantId),
      access: systemAccess,
      signal: AbortSignal.any([stopping, late]),
      log,
      scope: { requestId: first.id },
      reading: false,
    })
    const { promise: timedOut, reject } = Promise.withResolvers<never>()
    const giveUp = () => reject(late.reason)
    late.addEventListener('abort', giveUp, { once: true })
    try {
      await Promise.race([subscription.handle(ctx, events.map(told)), timedOut])
    } finally {
      late.removeEventListener('abort', giveUp)
    }
  }
}

const told = ({ id, at, payload, name, version, actor }: StoredEvent) => ({
  id,
  at,
  payload,
  event: name,
  version,
  actor,
})
