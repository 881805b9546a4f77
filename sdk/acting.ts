/** Services for plugins that act for others: bots call actions, keep secrets, run at times of their own. */
import type { TSchema } from 'typebox'
import type { Tx } from './context.ts'
import { serviceRef } from './refs.ts'

/** What an action declares, for consent screens and documentation. */
export interface ActionDescription {
  readonly id: string
  readonly plugin: string
  readonly title: string
  readonly requires: string
  readonly effect: 'read' | 'write' | 'destructive'
  readonly input: TSchema
  readonly output: TSchema
  readonly perRun: number
}

/** Who acts when a bot does. Its rights are those granted, and of them only what whoever installed it holds now. */
export interface ActingBot {
  readonly installationId: string
  readonly runId: string
  /** `user`, `token` or `serviceAccount`. */
  readonly installedBy: { readonly kind: string; readonly id: string }
  /** Ids of the actions that were granted. */
  readonly granted: readonly string[]
}

export interface ActionDone {
  readonly output: unknown
  /** False: it found nothing to do (`nothingDone`). */
  readonly changed: boolean
}

export interface ActionsService {
  /** Actions of the plugins that are on here. */
  list(): readonly ActionDescription[]
  /**
   * Carries out one action in a unit of work of its own, as the bot.
   * `rehearsed`: everything happens, and is taken back at the end (dry run); reading actions are not told from others.
   * `within` runs in the same unit, after the action: what it writes commits with it or not at all.
   * @throws Problem 403 outside the grant or the installer's rights, 400 for an input that does not fit, 404 for an
   *   action that is off or unknown, and whatever the action throws
   */
  call(o: {
    readonly action: string
    readonly input: unknown
    readonly bot: ActingBot
    readonly rehearsed?: boolean
    readonly within?: (tx: Tx, done: ActionDone) => Promise<void>
    readonly signal?: AbortSignal
  }): Promise<unknown>
  /**
   * Of these actions, those that this person could not let a bot do, with the permission he lacks.
   * @param o.everywhere he needs it over the whole organisation; else somewhere is enough
   */
  beyond(
    tx: Tx,
    who: { readonly kind: string; readonly id: string },
    actions: readonly string[],
    o?: { readonly everywhere?: boolean },
  ): Promise<readonly { readonly action: string; readonly requires: string }[]>
}
export const actionsService = serviceRef<ActionsService>({ id: 'core.actions', scope: 'tenant' })

export interface SchedulesService {
  /**
   * Runs one of the calling plugin's jobs at times of its own, under a key; replaces what the key had. Times count in
   * the organisation's zone, and follow it when it changes. The job gets `input` with `scheduledFor` (RFC 3339) added.
   * @throws Problem 400 for an expression that is none, or that fires more often than once a minute
   */
  set(tx: Tx, o: { job: string; key: string; cron: string; input: Readonly<Record<string, unknown>> }): Promise<void>
  remove(tx: Tx, o: { job: string; key: string }): Promise<void>
  /** The next times in the organisation's zone. @throws Problem 400 for an expression that is none */
  next(tx: Tx, cron: string, count: number): Promise<readonly Date[]>
}
export const schedulesService = serviceRef<SchedulesService>({ id: 'core.schedules', scope: 'tenant' })

/** Seals texts with the platform's master key, for one organisation and one place: elsewhere they do not open. */
export interface SealsService {
  seal(place: string, text: string): string
  /** @throws Error when it was sealed elsewhere, with another key, or changed since. */
  unseal(place: string, sealed: string): string
}
export const sealsService = serviceRef<SealsService>({ id: 'core.seals', scope: 'tenant' })

/** What the operator set for outgoing mail; `server` is empty where none is set. */
export interface MailSettings {
  readonly server: string
  readonly port: number
  readonly username: string
  readonly password: string
  readonly fromEmail: string
  readonly fromName: string
  /** `auto`: TLS from the start on 465, else STARTTLS where it is offered. */
  readonly security: 'auto' | 'tls' | 'starttls' | 'none'
  /** Sign in with this access token's refresh instead of the password; empty: not. */
  readonly oauth: {
    readonly clientId: string
    readonly clientSecret: string
    readonly refreshToken: string
    readonly tokenUrl: string
  }
  readonly dkim: { readonly domain: string; readonly selector: string; readonly privateKey: string }
}
export interface MailSettingsService {
  readonly settings: MailSettings
}
export const mailSettingsService = serviceRef<MailSettingsService>({ id: 'core.mailSettings', scope: 'root' })
