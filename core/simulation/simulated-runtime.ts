import type { Clock } from '../clock.ts'
import type { CorePlugin, CoreSettings, Door } from '../core-plugin/index.ts'
import { UnitsOfWork } from '../database/index.ts'
import { effectsWriter } from '../events/write-effects.ts'
import { Worker } from '../jobs/worker.ts'
import { AccessCache } from '../permissions/access-cache.ts'
import { EnablementCache, PluginHost } from '../plugin-host/index.ts'
import type { Runtime } from '../runtime.ts'
import { SimulatedQueue } from './simulated-queue.ts'

/** A clock that stands until it is set. */
export class SteppedClock implements Clock {
  #at: Date

  constructor(start: Date) {
    this.#at = start
  }

  now(): Date {
    return this.#at
  }

  /** Never back: what was written carries its time. */
  moveTo(at: Date): void {
    if (at > this.#at) this.#at = at
  }
}

export interface SimulatedRuntime {
  readonly runtime: Runtime
  readonly queue: SimulatedQueue
  readonly clock: SteppedClock
}

/**
 * The same platform once more, on the same database, with a clock of its own and a queue in memory: plugins, services
 * and workers are the real ones and do not know the difference.
 */
export function simulatedRuntime(
  real: Runtime,
  o: { core: CorePlugin; settings: CoreSettings & Door; start: Date },
): SimulatedRuntime {
  const { core, settings, start } = o
  const clock = new SteppedClock(start)
  const queue = new SimulatedQueue(() => clock.now())
  const boss = queue as unknown as Runtime['boss']
  const host = new PluginHost([
    core.plugin,
    ...real.host.plugins
      .filter(({ id }) => id !== 'core')
      .map(({ id, version, spec }) => ({ kind: 'plugin' as const, id, version, spec })),
  ])
  const { database, log } = real
  const writeEffects = effectsWriter({
    boss: () => boss,
    hasSubscribers: (event) => host.subscriptionsTo(event).length > 0,
  })
  const forget = (tenantId: string) => {
    enablement.forget(tenantId)
    access.forget(tenantId)
  }
  const units = new UnitsOfWork({ sequelize: database.rw, writeEffects, clock, onAccessChanged: forget })
  const platformUnits = new UnitsOfWork({ sequelize: database.platform, writeEffects, clock, onAccessChanged: forget })
  const enablement = new EnablementCache({ platform: database.platform, host, sealer: real.sealer })
  const access = new AccessCache({ units, host, enablement, clock })
  const context = { host, units, clock }
  const worker = new Worker({ boss, host, parts: context, enablement, platform: database.platform, clock, log })
  const runtime: Runtime = {
    ...real,
    host,
    units,
    platformUnits,
    enablement,
    access,
    boss,
    worker,
    context,
    clock,
    openDoor: core.openDoor,
  }
  core.settle(runtime, settings)
  const { publicUrl, openapi, identity } = settings
  core.openDoor({ publicUrl, ...(openapi ? { openapi } : {}), ...(identity ? { identity } : {}) })
  return { runtime, queue, clock }
}
