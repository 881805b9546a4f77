import type {
  Access,
  ActionSpec,
  AnyPluginSpec,
  Context,
  DownloadRoute,
  EventRef,
  ExtensionPoint,
  HeardEvent,
  JobSpec,
  JsonRoute,
  PageRoute,
  PluginDefinition,
  ServiceCaller,
  ServiceRef,
  UploadRoute,
} from '@guildhall/sdk'
import type { FastifyPluginAsync } from 'fastify'
import type { TObject, TSchema } from 'typebox'

export type AnyContext = Context
type P = string
export type CollectedRoute =
  | { readonly kind: 'json'; readonly route: JsonRoute<AnyContext, P, TObject, TObject, TSchema, TSchema> }
  | { readonly kind: 'download'; readonly route: DownloadRoute<AnyContext, P, TObject, TObject> }
  | { readonly kind: 'upload'; readonly route: UploadRoute<AnyContext, P, TObject, TObject, TSchema> }
  | { readonly kind: 'page'; readonly route: PageRoute<AnyContext, P, TObject, TObject> }
  | { readonly kind: 'raw'; readonly prefix: string; readonly plugin: FastifyPluginAsync; readonly access: Access<P> }

export type AnyJob = JobSpec<AnyContext, TSchema>
export type AnyAction = ActionSpec<AnyContext, P, TSchema, TSchema>
export interface Subscription {
  readonly pluginId: string
  readonly id: string
  /** Null: every event. */
  readonly event: string | null
  /** Runs where events are dispatched; a delivery of its own only when that failed. */
  readonly inline?: boolean
  /** Whether it waits for such an event; without one, for all. */
  readonly when?: (payload: unknown) => boolean
  /** More than one only where it is inline. */
  handle(ctx: AnyContext, events: readonly HeardEvent[]): Promise<void>
}
export interface ProvidedService {
  readonly ref: ServiceRef<unknown>
  readonly make: (ctx: AnyContext, caller: ServiceCaller) => unknown
}

/** A plugin with everything its callbacks collected; made without touching I/O. */
export interface InstalledPlugin {
  readonly id: string
  readonly version: string
  readonly spec: AnyPluginSpec
  readonly dependsOn: readonly string[]
  readonly routes: readonly CollectedRoute[]
  readonly jobs: readonly AnyJob[]
  readonly actions: readonly AnyAction[]
  readonly emits: readonly EventRef[]
  readonly subscriptions: readonly Subscription[]
  readonly services: readonly ProvidedService[]
  readonly contributions: readonly { readonly point: ExtensionPoint<unknown>; readonly impl: unknown }[]
}

type HandleOne = (ctx: AnyContext, e: HeardEvent) => Promise<void>
const oneByOne =
  (handle: HandleOne): Subscription['handle'] =>
  async (ctx, events) => {
    for (const event of events) await handle(ctx, event)
  }

/** Runs the callbacks against recorders. @throws when an id does not begin with the plugin's own. */
export function install(definition: PluginDefinition): InstalledPlugin {
  const { spec, id } = definition
  const routes: CollectedRoute[] = []
  const jobs: AnyJob[] = []
  const actions: AnyAction[] = []
  const emits: EventRef[] = []
  const subscriptions: Subscription[] = []
  const services: ProvidedService[] = []
  const contributions: { point: ExtensionPoint<unknown>; impl: unknown }[] = []
  const subscribe = (name: string, event: string | null, o: Pick<Subscription, 'handle' | 'inline' | 'when'>) =>
    void subscriptions.push({ pluginId: id, id: `${id}.${name}`, event, ...o })
  const own = (what: string, name: string, also: readonly string[] = []) => {
    if (![id, ...also].some((first) => name.startsWith(`${first}.`)))
      throw new Error(`Plugin "${id}": the ${what} "${name}" must begin with "${id}."`)
  }

  spec.routes?.({
    route: (route: never) => void routes.push({ kind: 'json', route }),
    download: (route: never) => void routes.push({ kind: 'download', route }),
    upload: (route: never) => void routes.push({ kind: 'upload', route }),
    page: (route: never) => void routes.push({ kind: 'page', route }),
    raw: (prefix: string, plugin: FastifyPluginAsync, access: Access<P>) =>
      void routes.push({ kind: 'raw', prefix, plugin, access }),
  })
  spec.jobs?.({
    job: (job: AnyJob) => {
      own('job', job.id)
      jobs.push(job)
    },
  } as never)
  spec.actions?.({
    action: (action: AnyAction) => {
      own('action', action.id, spec.also)
      actions.push(action)
    },
  } as never)
  spec.events?.({
    emits: (...events: EventRef[]) => {
      for (const event of events) own('event', event.id, spec.also)
      emits.push(...events)
    },
    on: (event: EventRef, name: string, handle: HandleOne, o?: Pick<Subscription, 'when'>) =>
      subscribe(name, event.id, { handle: oneByOne(handle), ...o }),
    any: (name: string, handle: HandleOne) => subscribe(name, null, { handle: oneByOne(handle) }),
    inline: (name: string, handle: Subscription['handle']) => subscribe(name, null, { handle, inline: true }),
  } as never)
  spec.provides?.({
    service: (ref: ServiceRef<unknown>, make: ProvidedService['make']) => {
      own('service', ref.id)
      services.push({ ref, make })
    },
  } as never)
  spec.contributes?.({
    to: (point: ExtensionPoint<unknown>, impl: unknown) => void contributions.push({ point, impl }),
  } as never)
  for (const permission of Object.keys(spec.permissions)) own('permission', permission)

  return {
    id,
    version: definition.version,
    spec,
    dependsOn: Object.keys(spec.dependsOn ?? {}),
    routes,
    jobs,
    actions,
    emits,
    subscriptions,
    services,
    contributions,
  }
}
