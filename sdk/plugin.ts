/**
 * A plugin is plain data plus callbacks that only collect: nothing touches I/O before the boot, so the manifest
 * (permissions, routes, cron, events, actions, migrations, configuration schema) can be read without a database.
 */
import type { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import type { QueryInterface, Transaction } from 'sequelize'
import type { Static, TObject, TSchema } from 'typebox'
import type { ShippedBot } from './bot.ts'
import type { Actor, Context, Tx } from './context.ts'
import type { PermissionDeclaration } from './permissions.ts'
import type { Problem, ProblemKind } from './problems.ts'
import type { EventRef, ExtensionPoint, Nothing, ServiceRef, Services } from './refs.ts'
import type { ActionId } from './registries.ts'

/** Who may call a route. One that declares nothing stops the boot. */
export type Access<P extends string> =
  | {
      readonly requires: P
      /** Holding it for the own record is enough to come in; `ctx.require(..., { self })` then asks with the row. Default: it is not. */
      readonly own?: true
    }
  | { readonly signedIn: true; readonly because: string }
  | {
      readonly public: true
      readonly because: string
      /** The organisation the call speaks about; null gives the same 404 as a plugin that is off. */
      readonly tenant: (req: PublicRequest, lookup: Lookup) => Promise<string | null>
    }
export interface PublicRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}
/** Look-ups before the tenant is known: a SECURITY DEFINER function keyed by a hash, giving one organisation's id. */
export type Lookup = (fn: `${string}.${string}`, key: string) => Promise<string | null>

export interface RequestFacts {
  readonly id: string
  /** Truncated: the last octet or the last 80 bits are zero. */
  readonly address: string
  readonly language: 'de' | 'en'
  /** Versions named in `If-Match`; null without the header. `requireVersion` compares. */
  readonly ifMatch: readonly number[] | null
}

interface RouteBase<P extends string, Pa extends TObject, Q extends TObject> {
  readonly url: string
  readonly access: Access<P>
  readonly summary: string
  readonly description?: string
  readonly tags?: readonly string[]
  /** Calls a minute per principal (or address, without one); default: the platform's. `strict` fails closed. */
  readonly rateLimit?: { readonly max: number; readonly perSeconds: number; readonly strict?: boolean }
  /** Problems this route raises beside those every route may. */
  readonly problems?: readonly ProblemKind[]
  readonly schema: { readonly params?: Pa; readonly query?: Q }
}
export interface JsonRoute<
  X,
  P extends string,
  Pa extends TObject,
  Q extends TObject,
  B extends TSchema,
  R extends TSchema,
> extends Omit<RouteBase<P, Pa, Q>, 'schema'> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly schema: { readonly params?: Pa; readonly query?: Q; readonly body?: B; readonly response: R }
  readonly status?: 200 | 201 | 202 | 204
  /** Bytes; default 1 MiB. */
  readonly bodyLimit?: number
  /** Answers 201 carry `Location: <this>/<id>`; default: the route's own address. */
  readonly location?: string
  /** Secrets of the answer that are shown this once: not kept for a repeated request with the same Idempotency-Key. */
  readonly once?: readonly (keyof Static<R> & string)[]
  /** What a browser sees that prefers HTML: a plain page of the answer, or of whatever was refused. It may also post a form. */
  readonly page?: (
    outcome: { answer: Static<R> } | { problem: Problem },
    req: { language: 'de' | 'en'; path: string },
  ) => PlainPage
  /** The body is not read but handed over as it came, of any type, in `raw`: for calls that are signed. */
  readonly rawBody?: true
  handler(
    ctx: X,
    req: { params: Static<Pa>; query: Static<Q>; body: Static<B>; facts: RequestFacts; raw?: RawRequest },
  ): Promise<Static<R>>
  /**
   * A GET whose caller prefers `text/event-stream` gets this instead: server-sent events until he leaves. `signal`
   * aborts then; `lastEventId` is the header's.
   */
  readonly stream?: (
    ctx: X,
    req: {
      params: Static<Pa>
      query: Static<Q>
      facts: RequestFacts
      signal: AbortSignal
      lastEventId: string | null
    },
  ) => AsyncIterable<ServerSentEvent>
}
/** Only where a route has `rawBody`. */
export interface RawRequest {
  readonly bytes: Uint8Array
  readonly headers: PublicRequest['headers']
}
export interface ServerSentEvent {
  readonly id?: string
  /** Default `message`. */
  readonly event?: string
  readonly data: unknown
}
export interface Download {
  readonly fileName: string
  readonly type: string
  readonly body: Readable
}
/** The platform renders it and escapes every text. */
export interface PlainPage {
  readonly title: string
  /** A paragraph each. */
  readonly text?: readonly string[]
  /** Posts to the address of the page. */
  readonly button?: string
  readonly link?: { readonly href: string; readonly text: string }
}
export interface DownloadRoute<X, P extends string, Pa extends TObject, Q extends TObject> extends RouteBase<P, Pa, Q> {
  readonly method?: 'GET'
  /** Media types it may give, for the document. */
  readonly produces: readonly string[]
  handler(ctx: X, req: { params: Static<Pa>; query: Static<Q>; facts: RequestFacts }): Promise<Download>
}
/** A file of a multipart request, already on disk in the organisation's folder. The handler owns it from then on. */
export interface Upload {
  readonly path: string
  readonly fileName: string
  readonly bytes: number
  /** The other parts, as text. */
  readonly fields: Readonly<Record<string, string>>
}
export interface UploadRoute<X, P extends string, Pa extends TObject, Q extends TObject, R extends TSchema>
  extends Omit<RouteBase<P, Pa, Q>, 'schema'> {
  readonly schema: { readonly params?: Pa; readonly query?: Q; readonly response: R; readonly fields?: TObject }
  readonly status?: 200 | 201 | 202
  readonly maxBytes: number
  handler(ctx: X, req: { params: Static<Pa>; query: Static<Q>; file: Upload; facts: RequestFacts }): Promise<Static<R>>
}
export interface PageRoute<X, P extends string, Pa extends TObject, Q extends TObject> extends RouteBase<P, Pa, Q> {
  readonly method?: 'GET' | 'POST'
  /** A plain HTML page; everything in it escaped by the author of the route. */
  handler(ctx: X, req: { params: Static<Pa>; query: Static<Q>; facts: RequestFacts }): Promise<string>
}
export interface Router<X, P extends string> {
  route<
    Pa extends TObject = TObject<Nothing>,
    Q extends TObject = TObject<Nothing>,
    B extends TSchema = TSchema,
    R extends TSchema = TSchema,
  >(o: JsonRoute<X, P, Pa, Q, B, R>): void
  download<Pa extends TObject = TObject<Nothing>, Q extends TObject = TObject<Nothing>>(
    o: DownloadRoute<X, P, Pa, Q>,
  ): void
  upload<Pa extends TObject = TObject<Nothing>, Q extends TObject = TObject<Nothing>, R extends TSchema = TSchema>(
    o: UploadRoute<X, P, Pa, Q, R>,
  ): void
  page<Pa extends TObject = TObject<Nothing>, Q extends TObject = TObject<Nothing>>(o: PageRoute<X, P, Pa, Q>): void
  /** The escape hatch: a Fastify plugin, still behind the tenant gate and the declared access. */
  raw(prefix: string, plugin: FastifyPluginAsync, access: Access<P>): void
}

export interface JobSpec<X, S extends TSchema> {
  /** `<plugin>.<name>` */
  readonly id: `${string}.${string}`
  readonly title: string
  readonly input: S
  readonly timeoutMs: number
  readonly attempts: number
  /** Somebody waits for it: costs a NOTIFY a commit, so only where it matters. Default false. */
  readonly prompt?: boolean
  /** It reaches outside the platform (mail, HTTP): a rehearsal writes it down instead of running it. Default false. */
  readonly outside?: boolean
  /** How many of it a node runs at a time, and of those how many of one organisation. Default 2 and 1. */
  readonly atOnce?: { readonly node: number; readonly tenant: number }
  readonly schedule?: {
    readonly cron: string
    readonly timezone: 'tenant' | 'UTC'
    input(x: { tenantId: string; scheduledFor: Date }): Static<S>
  }
  run(ctx: X, input: Static<S>, job: { id: string; attempt: number }): Promise<void>
}
export interface Jobs<X> {
  job<S extends TSchema>(o: JobSpec<X, S>): void
}

export interface DeliveredEvent<T> {
  readonly id: string
  readonly at: Date
  readonly payload: T
}
export interface Events<X> {
  // biome-ignore lint/suspicious/noExplicitAny: events of any payload
  emits(...events: EventRef<any>[]): void
  /** At least once, with a stable event id; `id` names the subscription and never changes. */
  on<S extends TSchema>(
    event: EventRef<S>,
    id: string,
    handler: (ctx: X, e: DeliveredEvent<Static<S>>) => Promise<void>,
  ): void
  /**
   * Every event of the organisation (bots, webhooks, analytics). `inline`: the handler runs where events are
   * dispatched, one hop earlier; only for what writes a few rows and returns.
   */
  any(
    id: string,
    handler: (ctx: X, e: DeliveredEvent<unknown> & { event: string; version: number; actor: Actor }) => Promise<void>,
    o?: { readonly inline?: boolean },
  ): void
}

/** The whole surface bots can reach; schemas guard both directions. It reaches outside only by `tx.enqueue`. */
export interface ActionSpec<X, P extends string, I extends TSchema, R extends TSchema> {
  readonly id: ActionId
  readonly title: string
  readonly requires: P
  readonly effect: 'read' | 'write' | 'destructive'
  readonly input: I
  readonly output: R
  /** Most calls a run. */
  readonly perRun: number
  run(ctx: X, tx: Tx, input: Static<I>): Promise<Static<R>>
}
export interface Actions<X, P extends string> {
  action<I extends TSchema, R extends TSchema>(o: ActionSpec<X, P, I, R>): void
}

/** Append-only. The ledger keeps (plugin, name, checksum of the text); a changed text stops the boot. */
export interface Migration {
  readonly name: `${number}-${string}`
  /** Several statements are fine. */
  readonly sql?: string
  readonly up?: (q: QueryInterface, transaction: Transaction) => Promise<void>
}

/**
 * A single-page application: built files that are the same for everybody and served to anybody. What it shows it fetches
 * through the API, as whoever is signed in; its scripts run under `script-src 'self'`, without eval.
 */
export interface SiteSpec {
  /** `/bots`: this address and `/bots/{anything}` give its `index.html`; its files are loaded from `/bots/assets/`. */
  readonly at: `/${string}`
  /** Folder of the built files: `index.html`, and `assets/` with a hash in each name; `<file>.gz` beside them is used. */
  readonly built: URL
  /** How to build it where it is missing or older than its source. A published package brings it built and has none. */
  readonly build?: {
    /** A module that Node runs; its argument is the source's hash, which it writes to `.source-hash` in `built`. */
    readonly program: URL
    /** Folders of everything it is built from. */
    readonly from: readonly URL[]
  }
}

export interface UiSchemaField {
  'ui:widget'?: 'text' | 'textarea' | 'password' | 'select' | 'checkboxes' | 'cron' | 'date'
  'ui:help'?: string
  'ui:placeholder'?: string
}
export type UiSchema<T> = { 'ui:order'?: (keyof T & string)[] } & { [K in keyof T]?: UiSchemaField }

/** Who uses a service, and what is on where he does. */
export interface ServiceCaller {
  readonly plugin: string
  isOn(pluginId: string): boolean
}

export interface PluginSpec<
  Id extends string,
  P extends `${Id}.${string}`,
  C extends TObject,
  U extends Services,
  O extends Services,
  X = Context<U, O, Static<C>, P>,
> {
  readonly id: Id
  readonly version: string
  /** Range of SDK versions it was written for. */
  readonly sdk: string
  readonly title: string
  readonly description?: string
  /** Further first words of its events and actions: `memberships` of the plugin plans. */
  readonly also?: readonly string[]
  /** Plugin id -> semver range: decides order, what must be on with it, and what cannot be switched off under it. */
  readonly dependsOn?: Readonly<Record<string, string>>
  readonly uses?: U
  readonly optionalUses?: O
  /** Per organisation; fields marked `x-secret` are sealed and never returned. */
  readonly config: { readonly schema: C; readonly ui?: UiSchema<Static<C>> }
  readonly permissions: { readonly [K in P]: PermissionDeclaration }
  readonly problems?: readonly ProblemKind[]
  readonly migrations?: readonly Migration[]
  /** Pages for browsers that it brings, as an application of their own. */
  readonly site?: SiteSpec
  /** Bots it brings: in the catalogue where it is on. */
  readonly bots?: readonly ShippedBot[]
  // biome-ignore lint/suspicious/noExplicitAny: points of any implementation
  readonly extensionPoints?: readonly ExtensionPoint<any>[]
  readonly contributes?: (c: { to<T>(point: ExtensionPoint<T>, impl: T): void }) => void
  readonly provides?: (p: { service<T>(ref: ServiceRef<T>, make: (ctx: X, caller: ServiceCaller) => T): void }) => void
  readonly events?: (e: Events<X>) => void
  readonly routes?: (r: Router<X, P>) => void
  readonly jobs?: (j: Jobs<X>) => void
  readonly actions?: (a: Actions<X, P>) => void
  /** `purge` is the only one that may delete; switching off and on again loses nothing. */
  readonly tenant?: {
    enabled?(ctx: X, tx: Tx): Promise<void>
    disabled?(ctx: X, tx: Tx): Promise<void>
    purge?(ctx: X, tx: Tx): Promise<void>
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the definition's inside is opaque; the host reads it, plugins never do
export type AnyPluginSpec = PluginSpec<any, any, any, any, any, any>

/** Opaque: what is inside may change between versions of the SDK. */
export interface PluginDefinition {
  readonly kind: 'plugin'
  readonly id: string
  readonly version: string
  readonly spec: AnyPluginSpec
}

/**
 * Defines a plugin. Types flow from the schemas into every handler; a permission outside the plugin's id, a foreign
 * permission in a route and an unknown body field do not compile.
 */
export function definePlugin<
  const Id extends string,
  P extends `${Id}.${string}`,
  C extends TObject,
  U extends Services = Nothing,
  O extends Services = Nothing,
>(spec: PluginSpec<Id, P, C, U, O>): PluginDefinition {
  return { kind: 'plugin', id: spec.id, version: spec.version, spec }
}
