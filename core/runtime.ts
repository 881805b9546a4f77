import type { Log, PluginDefinition } from '@guildhall/sdk'
import type { PgBoss } from 'pg-boss'
import type { Clock } from './clock.ts'
import { type CoreSettings, corePlugin, type Door } from './core-plugin/index.ts'
import {
  connectDatabase,
  type Database,
  type DatabaseUrls,
  refuseOpenTables,
  refusePowerfulRole,
  UnitsOfWork,
} from './database/index.ts'
import { effectsWriter } from './events/write-effects.ts'
import { ChangeListener } from './invalidation/listener.ts'
import { declareQueues, openQueue } from './jobs/queue.ts'
import { Worker } from './jobs/worker.ts'
import { AccessCache } from './permissions/access-cache.ts'
import { declarationProblems } from './permissions/index.ts'
import { type ContextParts, EnablementCache, PluginHost } from './plugin-host/index.ts'
import { Ticker } from './schedule/ticker.ts'
import { Sealer } from './secrets/index.ts'

export interface RuntimeOptions {
  readonly urls: DatabaseUrls
  readonly pool: { readonly rw: number; readonly platform: number }
  /** Beside `core`, which is always there. */
  readonly plugins: readonly PluginDefinition[]
  readonly core: CoreSettings
  readonly masterKey: Buffer
  readonly clock: Clock
  readonly log: Log
  /** Runs jobs and schedules; false for a node that only serves requests, and for the CLI. */
  readonly working: boolean
}

/** The platform without HTTP: what the server, the CLI and the tests have in common. */
export interface Runtime {
  readonly database: Database
  readonly host: PluginHost
  readonly units: UnitsOfWork
  /** Units that cross organisations; core's own, never a plugin's. */
  readonly platformUnits: UnitsOfWork
  readonly enablement: EnablementCache
  readonly access: AccessCache
  readonly changes: ChangeListener
  readonly boss: PgBoss
  readonly worker: Worker
  readonly ticker: Ticker
  readonly context: ContextParts
  readonly sealer: Sealer
  /** Ids of the plugins a new organisation starts with. */
  readonly bundled: readonly string[]
  readonly clock: Clock
  readonly log: Log
  /** Tells core's own routes what only an open door knows: its address, its document, its identity provider. */
  openDoor(door: Door): void
  /** Begins working: jobs and schedules. */
  work(): Promise<void>
  close(): Promise<void>
}

/** Connects, checks that the second wall stands, and wires what is installed. @throws one sentence a person can act on. */
export async function openRuntime(o: RuntimeOptions): Promise<Runtime> {
  const { clock, log } = o
  const core = corePlugin()
  const host = new PluginHost([core.plugin, ...o.plugins])
  const wrong = declarationProblems(host.declaredPermissions)
  if (wrong.length > 0) throw new Error(`Permissions are declared wrongly:\n${wrong.map((w) => `  - ${w}`).join('\n')}`)

  // Closed in the reverse order, at the end or when a step below fails: what stays open keeps the process alive.
  await using opening = new AsyncDisposableStack()
  const database = opening.adopt(connectDatabase(o.urls, o.pool), (connected) => connected.close())
  const check = async (sql: string) => ({ rows: (await database.rw.query(sql))[0] })
  await refusePowerfulRole(check)
  await refuseOpenTables(check)

  const changes = new ChangeListener({ url: o.urls.direct, working: o.working })
  opening.defer(() => changes.stop())
  const boss = opening.adopt(
    await openQueue({
      platformUrl: o.urls.platform,
      directUrl: o.urls.direct,
      working: o.working,
      onError: (error) => log.error({ err: error }, 'the job queue'),
    }),
    (queue) => queue.stop({ graceful: true, timeout: 10_000 }),
  )
  opening.defer(async () => o.core.sandbox?.close())
  const writeEffects = effectsWriter({
    boss: () => boss,
    hasSubscribers: (event, tenantId) => {
      const on = tenantId === null ? null : enablement.known(tenantId)
      return host.subscriptionsTo(event).some(({ pluginId }) => !on || on.isOn(pluginId))
    },
  })
  const committed = (tenantId: string) => changes.changedHere(tenantId)
  const units = new UnitsOfWork({ sequelize: database.rw, writeEffects, clock, onAccessChanged: committed })
  const platformUnits = new UnitsOfWork({
    sequelize: database.platform,
    writeEffects,
    clock,
    onAccessChanged: committed,
  })
  const sealer = new Sealer(o.masterKey)
  const enablement = new EnablementCache({ platform: database.platform, host, sealer })
  const context: ContextParts = { host, units, clock }
  const access = new AccessCache({ units, host, enablement, clock })
  const worker = new Worker({
    boss,
    host,
    parts: context,
    enablement,
    platform: database.platform,
    clock,
    log,
  })
  opening.defer(() => worker.stop())
  const ticker = new Ticker({ platform: database.platform, boss, host, clock, log })
  opening.defer(() => ticker.stop())

  changes.on('changed', (tenantId) => {
    enablement.forget(tenantId)
    access.forget(tenantId)
  })
  changes.on('listening', (listening) => {
    enablement.trust(listening)
    access.trust(listening)
    if (listening) worker.wakeAll()
  })
  changes.on('queued', (queue) => worker.wake(queue))
  await changes.start()
  await declareQueues(boss, worker.queues)

  const open = opening.move()
  const runtime: Runtime = {
    database,
    host,
    units,
    platformUnits,
    enablement,
    access,
    changes,
    boss,
    worker,
    ticker,
    context,
    sealer,
    bundled: o.core.bundled ?? host.plugins.map(({ id }) => id),
    clock,
    log,
    openDoor: core.openDoor,
    work: async () => {
      await worker.start()
      ticker.start()
    },
    close: () => open.disposeAsync(),
  }
  core.settle(runtime, o.core)
  return runtime
}
