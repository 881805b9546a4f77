/** What the API answers about bots, as far as this page reads it. The document at /openapi.json has the whole. */

export interface FormPart {
  readonly schema: object
  readonly uiSchema: object
}
export interface BotListed {
  /** Its address. */
  readonly id: string
  readonly title: string
  readonly description: string
  readonly installed: boolean
  readonly enabled: boolean
  /** Null where it is not installed. */
  readonly version: string | null
  readonly newestVersion: string
  readonly stopped: { readonly reason: string; readonly failures: number; readonly at: string } | null
  /** `asksMore`: sentences of what the newer version wants beyond the consent. */
  readonly upgrade: { readonly version: string; readonly asksMore: readonly string[] } | null
  readonly lastRun: { readonly id: string } | null
  readonly needsConsent: boolean
  readonly permissions: {
    readonly actions: readonly {
      readonly id: string
      readonly title: string
      readonly available: boolean
      readonly sentence: string
    }[]
    readonly hosts: readonly { readonly host: string; readonly sentence: string }[]
    /** Fields in which whoever installs it names a host himself. */
    readonly hostFields: readonly { readonly field: string; readonly sentence: string }[]
  }
  /** What the version can be started by. */
  readonly triggers: {
    readonly events?: readonly string[]
    readonly cron?: object | null
    readonly manual?: { readonly input?: object | null } | null
    readonly api?: { readonly input?: object | null } | null
    readonly action?: { readonly target: 'member' | 'group' } | null
    readonly webhook?: boolean
  }
}
type Bag = Readonly<Record<string, unknown>>
export interface Bot extends BotListed {
  /** `when` gives `triggers`, `what` gives `config`, `who` gives `notifications`. */
  readonly form: { readonly when: FormPart; readonly what: FormPart; readonly who: FormPart }
  /** Null where it is not installed. */
  readonly settings: {
    readonly triggers: Bag
    readonly config: Bag
    readonly notifications: Bag
    /** Counts each change of settings and triggers. */
    readonly configVersion: number
    readonly consent: { readonly hosts: readonly string[]; readonly at: string }
    readonly previousVersion: string | null
    /** Whether signed calls have an address. */
    readonly hasAddress: boolean
  } | null
  /** IANA name. */
  readonly timeZone: string
}
/** An event as a trial takes it. */
export interface SampleEvent {
  readonly name: string
  readonly title: string
  readonly payload: Bag
  /** Null: it has not happened here, and its ids are nobody's. */
  readonly at: string | null
}
/** What somebody agrees to: exactly what a version asks for. */
export interface Consent {
  readonly actions: readonly string[]
  readonly hosts: readonly string[]
}

export type RunStatus = 'queued' | 'running' | 'retrying' | 'ok' | 'failed' | 'discarded' | 'cancelled'
export interface Run {
  readonly id: string
  readonly mode: 'live' | 'dry' | 'replay' | 'rehearsal'
  readonly triggerKind: 'event' | 'cron' | 'manual' | 'api' | 'webhook' | 'action'
  readonly status: RunStatus
  readonly reason: string | null
  /** How the last attempt ended. */
  readonly ended: string | null
  readonly attempt: number
  readonly queuedAt: string
  readonly startedAt: string | null
  readonly summary: string | null
  /** What started it, as far as this person may know it. */
  readonly cause: {
    readonly event: { readonly title: string } | null
    readonly at: string | null
    readonly memberId: string | null
    readonly groupId: string | null
    readonly by: string | null
  }
  /** What it changed, or would have. */
  readonly did: readonly Deed[]
}
export interface Deed {
  readonly method: 'action' | 'fetch'
  readonly name: string
  readonly title: string | null
  readonly times: number
}
export interface Call {
  readonly sequence: number
  readonly method: string
  /** Id of the action, host of the address, key of the state. */
  readonly name: string
  readonly effect: 'read' | 'write' | 'destructive' | 'none'
  readonly outcome: 'done' | 'wouldDo' | 'refused'
  /** Null where this person may not see what the action is about. */
  readonly input: unknown
  readonly answer: unknown
  readonly durationMs: number
}
export interface LogLine {
  readonly id: string
  readonly level: 'debug' | 'info' | 'warning' | 'error'
  readonly message: string
  readonly data?: unknown
  readonly at: string
  readonly runId: string
}
export interface Trace extends Run {
  readonly error: {
    readonly name?: string
    readonly message: string
    readonly line?: number
    readonly code?: string
  } | null
  readonly used: Readonly<Record<string, number>> | null
  readonly limits: Readonly<Record<string, number>>
  readonly calls: readonly Call[]
  readonly logs: readonly LogLine[]
}
export interface Statistics {
  readonly runs: { readonly total: number }
  /** 0 to 1; null before the first run. */
  readonly successRate: number | null
  readonly durationMs: { readonly p95: number } | null
}
/** What somebody was told: `GET /notifications`. */
export interface News {
  readonly id: string
  readonly severity: 'info' | 'warning' | 'critical'
  readonly title: string
  readonly text: string
  /** Path of the page that shows more. */
  readonly link: string | null
  /** Comes again until somebody acknowledges it. */
  readonly alert: boolean
  readonly acknowledgedAt: string | null
  readonly updatedAt: string
}
export interface Page<T> {
  readonly items: readonly T[]
  readonly page: { readonly nextCursor: string | null }
}

const ended: readonly RunStatus[] = ['ok', 'failed', 'discarded', 'cancelled']
export const hasEnded = ({ status }: Run): boolean => ended.includes(status)

/** One that was taken and has no runner yet gives a reason: for whoever looks, it waits. */
export const shownStatus = ({ status, reason }: Run): RunStatus =>
  status === 'running' && reason !== null ? 'queued' : status
