/**
 * A bot: code by a user of the platform that runs in a sandbox. What it may do are the actions it asks for and an
 * administrator grants; what it is set to is one form. Only JSON crosses between it and the platform.
 */
import type { FormUi, FormValue } from './forms/index.ts'
import type { ActionId, ActionRegistry, EventId, EventRegistry } from './registries.ts'

/** `system`: for platform administrators. `action`: for one workflow, started on purpose. `event`: reacts to what happens. */
export type BotKind = 'system' | 'action' | 'event'

/** A bot may ask for less than the platform allows, never for more. */
export interface BotLimits {
  /** Memory of the isolate in MB; at most 32. */
  readonly heapMb?: number
  /** CPU time in ms; at most 500 where an event starts the run, else 2,000. */
  readonly cpuMs?: number
  /** Time in ms from start to end, waiting included; at most 30,000 where an event starts the run, else 120,000. */
  readonly wallMs?: number
  /** Calls of actions; at most 200. */
  readonly actions?: number
  /** Calls of `ctx.fetch`; at most 20. */
  readonly fetches?: number
  /** Mails; at most 50. */
  readonly mails?: number
}

/** What starts a bot; at least one. */
export interface BotTriggers {
  readonly events?: readonly EventId[]
  /** In the organisation's time zone. `configurable` (default true): the administrator may choose other times. */
  readonly cron?: { readonly default: string; readonly configurable?: boolean }
  /** A person starts it; `input` is the form of what is asked then. */
  readonly manual?: { readonly input?: object }
  /** `POST /api/v1/bots/{id}/run` starts it. */
  readonly api?: { readonly input?: object }
  /** A signed call of the installation's own address starts it. */
  readonly webhook?: true
  /** A button on a member or a group starts it. */
  readonly action?: { readonly target: 'member' | 'group' }
}

export interface BotSpec<C, A extends ActionId, T extends BotTriggers> {
  /** Kebab-case, at most 60 characters; its address within an organisation. */
  readonly id: string
  /** Semantic version; a version once published never changes. */
  readonly version: string
  readonly title: string
  /** What it does for the organisation, in a sentence an administrator decides by. */
  readonly description: string
  /** Default `event`. */
  readonly kind?: BotKind
  /** JSON Schema of the closed subset (docs/bots/forms.md), and how the form looks. */
  readonly config: { readonly schema: C; readonly uiSchema?: FormUi }
  readonly triggers: T
  /** What it asks the administrator for. */
  readonly permissions: { readonly actions: readonly A[]; readonly hosts?: readonly string[] }
  readonly limits?: BotLimits
  /** Labels in other languages: the English text as it stands above, and how it reads there. */
  readonly translations?: { readonly de?: Readonly<Record<string, string>> }
  run(
    ctx: BotContext<FormValue<C>, A, SecretField<C>>,
    event: BotEvent<T>,
  ): Promise<BotResult | undefined> | Promise<void> | BotResult | undefined | void
}

/** What a run leaves behind; at most 64 KB as JSON. */
export interface BotResult {
  /** One sentence for the list of runs. */
  readonly summary?: string
  readonly [more: string]: unknown
}

/** What started the run of a bot with these triggers; `trigger` tells them apart where there are several. */
export type BotEvent<T extends BotTriggers = BotTriggers> =
  | HappenedEvent<Declared<T, 'events'>>
  | ScheduledEvent<Declared<T, 'cron'>>
  | StartedEvent<'manual', Declared<T, 'manual'>>
  | StartedEvent<'api', Declared<T, 'api'>>
  | CalledEvent<Declared<T, 'webhook'>>
  | PressedEvent<Declared<T, 'action'>>

type Declared<T, K extends keyof BotTriggers> = K extends keyof T ? NonNullable<T[K]> : never

type HappenedEvent<D> = D extends readonly (infer E extends EventId)[]
  ? {
      [K in E]: {
        readonly trigger: 'event'
        readonly name: K
        readonly id: string
        readonly at: string
        readonly payload: EventRegistry[K]
      }
    }[E]
  : never

type ScheduledEvent<D> = D extends object ? { readonly trigger: 'cron'; readonly scheduledFor: string } : never

type StartedEvent<N, D> = D extends object
  ? {
      readonly trigger: N
      readonly input: D extends { input: infer I } ? FormValue<I> : Readonly<Record<string, unknown>>
      readonly requestedBy: string
    }
  : never

type CalledEvent<D> = D extends true
  ? {
      readonly trigger: 'webhook'
      readonly id: string
      readonly headers: Readonly<Record<string, string>>
      readonly body: unknown
    }
  : never

type PressedEvent<D> = D extends { target: infer K }
  ? {
      readonly trigger: 'action'
      readonly target: { readonly type: K; readonly id: string }
      readonly requestedBy: string
    }
  : never

/** The secrets that a form always has, by the names they have in `ctx.secrets`. */
export type SecretField<C> = C extends { properties: infer P; required: readonly (infer R)[] }
  ? {
      [K in keyof P & R & string]: P[K] extends { format: 'secret' }
        ? K
        : P[K] extends { type: 'object' }
          ? `${K}.${SecretField<P[K]>}`
          : never
    }[keyof P & R & string]
  : never

export interface BotContext<C, A extends ActionId, S extends string = never> {
  readonly config: Readonly<C>
  readonly tenant: {
    readonly name: string
    readonly slug: string
    readonly timeZone: string
    readonly locale: string
    /** Today's date there. */
    readonly today: string
  }
  readonly run: { readonly id: string; readonly attempt: number; readonly dryRun: boolean }
  /** Handles of secret settings, by field: write one into a header of `fetch`, and the platform puts the secret there. */
  readonly secrets: Readonly<Record<string, string | undefined>> & Readonly<Record<S, string>>
  /**
   * Calls an action.
   * @throws BotCallError with `code` (`FORBIDDEN`, `INVALID`, `NOT_FOUND`, `CONFLICT`, `LIMIT`, `UNAVAILABLE`, ...)
   */
  call<K extends A>(
    action: K,
    input: ActionRegistry[K] extends { input: infer I } ? I : never,
  ): Promise<ActionRegistry[K] extends { output: infer R } ? R : never>
  /**
   * Calls an address of an allowed host over https. At least once: it carries `Idempotency-Key: <run>:<sequence>`.
   * @throws BotCallError
   */
  fetch(
    url: string,
    init?: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
  ): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }>
  /** Key-value store of this installation: keys up to 128 bytes, values up to 64 KB as JSON, 1 MB in all; used 200 times a run. */
  readonly state: {
    get(key: string): Promise<unknown>
    /** @param o.ttlSeconds gone after so long, at most 366 days; default: kept until it is deleted */
    set(key: string, value: unknown, o?: { readonly ttlSeconds?: number }): Promise<void>
    delete(key: string): Promise<void>
    /** Keys that begin with `prefix`, in order, at most 1,000. */
    keys(prefix?: string): Promise<readonly string[]>
  }
  /** A line of the run's log: 200 lines of 2 KB each at most. */
  log(message: string, data?: Readonly<Record<string, unknown>>): void
}

/** What a refused or failed call throws inside a bot. */
export interface BotCallError extends Error {
  readonly code: string
}

/** The definition as data: what publishing reads, and everything the platform knows of a bot without running it. */
export interface BotManifest {
  readonly id: string
  readonly version: string
  readonly title: string
  readonly description: string
  readonly kind: BotKind
  readonly config: { readonly schema: object; readonly uiSchema: FormUi }
  readonly triggers: {
    readonly events: readonly string[]
    readonly cron: { readonly default: string; readonly configurable: boolean } | null
    readonly manual: { readonly input: object | null } | null
    readonly api: { readonly input: object | null } | null
    readonly webhook: boolean
    readonly action: { readonly target: 'member' | 'group' } | null
  }
  readonly permissions: { readonly actions: readonly string[]; readonly hosts: readonly string[] }
  readonly limits: BotLimits
  readonly translations: { readonly de?: Readonly<Record<string, string>> }
}

/** Opaque: `manifest` is data, `run` is called by the test kit; in the platform the published source runs. */
export interface BotDefinition {
  readonly kind: 'bot'
  readonly id: string
  readonly spec: BotSpec<object, ActionId, BotTriggers>
}

/** A bot that comes with the platform or a plugin: its module, as it would be published. */
export interface ShippedBot {
  /** Folder or file of its source; the catalogue publishes it. */
  readonly source: URL
}

/**
 * Defines a bot: `export default defineBot({ ... })` in a module of its own. The configuration, the event and the input of
 * each action are typed from the schema, the triggers and the permissions; an action it did not ask for does not compile.
 */
export function defineBot<const C extends object, const T extends BotTriggers, const A extends ActionId = never>(
  spec: BotSpec<C, A, T>,
): BotDefinition {
  return { kind: 'bot', id: spec.id, spec: spec as unknown as BotDefinition['spec'] }
}
