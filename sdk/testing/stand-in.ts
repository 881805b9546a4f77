import type { BotManifest } from '../bot.ts'
import { type BotTrigger, effectiveLimits } from '../bot-limits.ts'
import { dateIn } from '../calendar-date.ts'
import { domainValues, formErrors, secretPlaces, withFormDefaults } from '../forms/index.ts'
import type { ProblemError } from '../problems.ts'
import { type ActionAnswers, ActionDesk, type Called } from './actions.ts'
import { botCallError, TestFault } from './call-error.ts'
import { crossed } from './crossing.ts'
import { eventFor, type TestEvent } from './events.ts'
import { type FetchAnswers, FetchDesk, type Fetched } from './fetches.ts'
import { anId } from './fixtures.ts'
import { Store } from './store.ts'

export interface RunBotOptions {
  /** Default: `cron` or `manual`, where the bot has it. */
  readonly event?: TestEvent
  /** Settings; those with a default may be left out. */
  readonly config?: unknown
  readonly actions?: ActionAnswers
  readonly fetches?: FetchAnswers
  /** What an earlier run left behind; lifetimes are not carried along. */
  readonly state?: Readonly<Record<string, unknown>>
  /** RFC 3339; what every clock says throughout the run. Default 2026-01-15T09:00:00Z, a Thursday. */
  readonly now?: string
  /** `ctx.run.dryRun`; the state stays as it was. Default false. */
  readonly dryRun?: boolean
  /** `ctx.run.attempt`; default 1. */
  readonly attempt?: number
  readonly tenant?: {
    readonly name?: string
    readonly slug?: string
    readonly timeZone?: string
    readonly locale?: string
  }
}

/** What a run did to the platform's stand-in. */
export interface StandInReport {
  /** Calls of actions, in order, the refused ones too. */
  readonly calls: readonly Called[]
  readonly state: Readonly<Record<string, unknown>>
  readonly fetches: readonly Fetched[]
  /** Inputs of `email.send` that were taken. */
  readonly mails: readonly unknown[]
}

/** The platform's side of one run, with answers that a test gives. */
export class StandIn {
  readonly config: unknown
  readonly event: { readonly trigger: BotTrigger }
  readonly tenant: object
  readonly run: object
  readonly secrets: Readonly<Record<string, string>>
  readonly limits: ReturnType<typeof effectiveLimits>
  readonly now: number
  readonly actions: ActionDesk
  readonly fetches: FetchDesk
  readonly store: Store
  readonly #kept: Readonly<Record<string, unknown>> | undefined
  #fault: TestFault | undefined

  /** @throws Error for a configuration, an event or answers that do not fit the bot */
  constructor(manifest: BotManifest, o: RunBotOptions) {
    const now = new Date(o.now ?? '2026-01-15T09:00:00Z')
    const { config, secrets } = settings(manifest, o.config)
    this.now = now.getTime()
    this.config = config
    this.secrets = secrets
    this.event = eventFor(manifest, o.event, now.toISOString())
    this.limits = effectiveLimits(manifest, {}, this.event.trigger)
    const timeZone = o.tenant?.timeZone ?? 'Europe/Berlin'
    const today = dateIn(timeZone, now)
    this.tenant = { name: 'Test club', slug: 'test-club', locale: 'en', ...o.tenant, timeZone, today }
    this.run = { id: anId(800), attempt: o.attempt ?? 1, dryRun: o.dryRun ?? false }
    this.actions = new ActionDesk(manifest, o.actions ?? {}, this.limits)
    const chosen = domainValues(manifest.config.schema, config).filter(({ format }) => format === 'httpHost')
    const hosts = [...manifest.permissions.hosts, ...chosen.map(({ value }) => value)]
    this.fetches = new FetchDesk(hosts, o.fetches ?? {}, this.limits.fetches)
    this.store = new Store(o.state ?? {})
    if (o.dryRun) this.#kept = this.store.values
  }

  /** One call, as it comes over the wire (`SandboxCall`). @throws BotCallError */
  async answer(method: string, input: unknown): Promise<unknown> {
    const { action, url, key, value, prefix } = input as Record<string, string>
    const { init, input: inside, ttlSeconds } = input as { init?: object; input?: unknown; ttlSeconds?: unknown }
    try {
      switch (method) {
        case 'action':
          return await this.actions.call(String(action), inside)
        case 'fetch':
          return await this.fetches.fetch(String(url), init)
        case 'state.get':
          return await this.store.get(key)
        case 'state.set':
          return await this.store.set(key, value, ttlSeconds)
        case 'state.delete':
          return await this.store.delete(key)
        case 'state.keys':
          return await this.store.keys(prefix)
        default:
          throw botCallError('UNKNOWN_METHOD', `There is no method ${method.slice(0, 60)}`)
      }
    } catch (error) {
      // Whatever the bot makes of it, a fault of the test comes out in the end.
      if (error instanceof TestFault) this.#fault ??= error
      throw error
    }
  }

  /** @throws Error when the test gave no answer to a call */
  report(): StandInReport {
    if (this.#fault) throw this.#fault
    const { calls, mails } = this.actions
    return { calls, mails, fetches: this.fetches.fetches, state: this.#kept ?? this.store.values }
  }
}

export const told = (errors: readonly ProblemError[]): string =>
  errors.map(({ pointer, message }) => `\n  ${pointer || '/'}: ${message}`).join('')

/** As on the platform: defaults filled in, and handles where the secrets were. */
function settings(
  manifest: BotManifest,
  given: unknown,
): { readonly config: unknown; readonly secrets: Record<string, string> } {
  const { schema } = manifest.config
  const config = withFormDefaults(schema, crossed(given))
  const errors = formErrors(schema, config)
  if (errors.length > 0) throw new TestFault(`The configuration does not fit:${told(errors)}`)
  const secrets: Record<string, string> = {}
  for (const pointer of secretPlaces(schema)) {
    const path = pointer.slice(1).split('/')
    const field = path.join('.')
    const last = path.pop() as string
    const holder = path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], config)
    if (typeof holder !== 'object' || holder === null || !(last in holder)) continue
    secrets[field] = `secret:${field}`
    Object.assign(holder, { [last]: secrets[field] })
  }
  return { config, secrets }
}
