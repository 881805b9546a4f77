import {
  type Actor,
  type Context,
  type ExtensionPoint,
  type Log,
  ownerOf,
  type Place,
  Problem,
  problems,
  type Reach,
  type ServiceRef,
  type Tx,
} from '@guildhall/sdk'
import type { Clock } from '../clock.ts'
import type { UnitScope, UnitsOfWork } from '../database/unit-of-work.ts'
import type { Access } from '../permissions/access.ts'
import type { Enablement } from './enablement.ts'
import type { PluginHost } from './host.ts'
import type { InstalledPlugin } from './installed.ts'

/** What the platform gives to every context. */
export interface ContextParts {
  readonly host: PluginHost
  readonly units: UnitsOfWork
  readonly clock: Clock
}

/** For whom, in which organisation, in which plugin. */
export interface Entry {
  readonly plugin: InstalledPlugin
  readonly tenantId: string
  readonly actor: Actor
  readonly enablement: Enablement
  readonly access: Access
  /** Made when a handler asks for it: most never do. */
  readonly signal: AbortSignal | (() => AbortSignal)
  readonly log: Log
  readonly scope: Pick<UnitScope, 'requestId' | 'sessionId' | 'address'>
  /** GET requests open read-only units. */
  readonly reading: boolean
  /** Runs the writing unit where somebody else decides when it ends (a stored answer rides on it). */
  readonly runWriting?: <R>(scope: UnitScope, fn: (tx: Tx) => Promise<R>) => Promise<R>
}

/** Makes the one thing a handler gets. Services of other plugins act in the same organisation, as the same actor. */
export function createContext(parts: ContextParts, entry: Entry): Context {
  let writing = false
  const scope = (reading: boolean): UnitScope => ({
    tenantId: entry.tenantId,
    actor: entry.actor,
    ...entry.scope,
    reading,
  })
  const use = servicesOf(parts, entry)
  return {
    tenantId: entry.tenantId,
    actor: entry.actor,
    config: entry.enablement.config(entry.plugin.id),
    use,
    get signal() {
      return typeof entry.signal === 'function' ? entry.signal() : entry.signal
    },
    log: entry.log,
    now: () => parts.clock.now(),
    require: async (permission, at) => requirePermission(entry.access, permission, at),
    may: (permission, at) => allowed(entry.access, permission, at),
    reach: (permission): Reach => entry.access.reach(permission),
    contributions: <T>(point: ExtensionPoint<T>) => parts.host.contributions(point, entry.enablement),
    read: (fn) => parts.units.run(scope(true), fn),
    transaction: async (fn) => {
      if (entry.reading) return parts.units.run(scope(true), fn)
      if (writing) throw new Error('A unit of work is open already; pass its tx on instead of opening a second one')
      writing = true
      try {
        return await (entry.runWriting ?? ((s, f) => parts.units.run(s, f)))(scope(false), fn)
      } finally {
        writing = false
      }
    },
  }
}

const allowed = (access: Access, permission: string, at: Place | undefined): boolean => {
  if (!at) return access.holdsOwn(permission)
  if (at.self !== undefined && access.reachesSelf(permission, at.self)) return true
  const paths = at.paths?.length ? at.paths : ['']
  return paths.some((path) => access.check(permission, path))
}

/** 404 where the actor may not even see it, 403 where he may see it but not do that. */
function requirePermission(access: Access, permission: string, at: Place | undefined): void {
  if (allowed(access, permission, at)) return
  const readable = at?.readable ?? `${ownerOf(permission)}.read`
  const hidden = at !== undefined && !allowed(access, readable, at)
  throw new Problem(
    hidden ? problems.notFound : problems.forbidden,
    hidden ? {} : { detail: `This needs the permission ${permission}.` },
  )
}

function servicesOf(parts: ContextParts, entry: Entry): Record<string, unknown> {
  const made = new Map<string, unknown>()
  const use: Record<string, unknown> = {}
  const declare = (name: string, ref: ServiceRef<unknown>, optional: boolean) =>
    Object.defineProperty(use, name, {
      enumerable: true,
      get: () => {
        if (!made.has(ref.id)) made.set(ref.id, makeService(parts, entry, ref, optional))
        return made.get(ref.id)
      },
    })
  const { uses, optionalUses } = entry.plugin.spec as {
    uses?: Record<string, ServiceRef<unknown>>
    optionalUses?: Record<string, ServiceRef<unknown>>
  }
  for (const [name, ref] of Object.entries(uses ?? {})) declare(name, ref, false)
  for (const [name, ref] of Object.entries(optionalUses ?? {})) declare(name, ref, true)
  return use
}

function makeService(parts: ContextParts, entry: Entry, ref: ServiceRef<unknown>, optional: boolean): unknown {
  const found = parts.host.services.get(ref.id)
  if (!found || !entry.enablement.isOn(found.plugin.id)) {
    if (optional) return undefined
    throw new Problem(problems.pluginNotEnabled, { extensions: { plugin: ownerOf(ref.id) } })
  }
  return found.service.make(createContext(parts, { ...entry, plugin: found.plugin }), {
    plugin: entry.plugin.id,
    isOn: (id) => entry.enablement.isOn(id),
  })
}
