/**
 * A plugin is plain data plus callbacks that only collect: nothing touches I/O before the boot, so the manifest
 * (permissions, routes, cron, events, actions, migrations, configuration schema) can be read without a database.
 */
import type { QueryInterface, Transaction } from 'sequelize'
import type { Static, TObject } from 'typebox'
import type { Actions } from './actions.ts'
import type { ShippedBot } from './bot.ts'
import type { Context, Tx } from './context.ts'
import type { Events } from './events.ts'
import type { Jobs } from './jobs.ts'
import type { PermissionDeclaration } from './permissions.ts'
import type { ProblemKind } from './problems.ts'
import type { ExtensionPoint, Nothing, ServiceRef, Services } from './refs.ts'
import type { Router } from './routes.ts'

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
  /** The way there from the account page, for whoever holds the permission in one of his organisations. Default: none. */
  readonly link?: {
    readonly title: Readonly<Record<'de' | 'en', string>>
    readonly requires: string
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
  /** What the tags of its routes are about, for the reference, beside its own title: `{ Invitations: 'Asking people in' }`. */
  readonly tags?: Readonly<Record<string, string>>
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
