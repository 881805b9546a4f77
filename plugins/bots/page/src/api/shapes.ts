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
  readonly kind: string
  readonly installed: boolean
  readonly enabled: boolean
  readonly version: string
  readonly stopped: Stopped | null
  readonly upgrade: { readonly version: string } | null
}
export interface Stopped {
  readonly reason: string
  readonly failures: number
  readonly at: string
}
/** A right in words: what the bot may call, or a host it may reach. */
export interface Right {
  readonly id: string
  readonly sentence: string
}
export interface Bot extends BotListed {
  readonly form: { readonly when: FormPart; readonly what: FormPart; readonly who: FormPart }
  readonly values: {
    readonly triggers: Readonly<Record<string, unknown>>
    readonly config: Readonly<Record<string, unknown>>
    readonly notifications: Readonly<Record<string, unknown>>
  }
  readonly permissions: readonly Right[]
  readonly hosts: readonly string[]
  readonly needsConsent: boolean
  readonly consentedAt: string | null
  /** What a newer version asks for beyond the consent. */
  readonly upgradeAsks: readonly Right[]
  readonly previousVersion: string | null
  /** Form of what is asked when somebody starts it by hand. */
  readonly manualInput: object | null
  readonly timeZone: string
}

export type RunStatus = 'queued' | 'running' | 'retrying' | 'ok' | 'failed' | 'discarded' | 'cancelled'
export interface Run {
  readonly id: string
  readonly mode: 'live' | 'dry' | 'replay' | 'rehearsal'
  readonly triggerKind: 'event' | 'cron' | 'manual' | 'api' | 'webhook' | 'action'
  readonly status: RunStatus
  readonly reason: string | null
  readonly attempt: number
  readonly queuedAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly error: { readonly name?: string; readonly message: string; readonly line?: number } | null
  readonly result: { readonly summary?: string } | null
  readonly used: Readonly<Record<string, number>> | null
  readonly limits: Readonly<Record<string, number>>
}
export interface Call {
  readonly sequence: number
  readonly method: string
  readonly name: string
  readonly title?: string
  readonly effect: 'read' | 'write' | 'destructive' | 'none'
  readonly input: unknown
  readonly answer: { readonly ok: boolean; readonly value?: unknown; readonly code?: string; readonly message?: string }
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
  readonly calls: readonly Call[]
  readonly logs: readonly LogLine[]
}
export interface Statistics {
  readonly runs: number
  /** 0 to 1; null before the first run. */
  readonly successRate: number | null
  readonly p95Ms: number | null
}
export interface Page<T> {
  readonly items: readonly T[]
  readonly page: { readonly nextCursor: string | null }
}

const ended: readonly RunStatus[] = ['ok', 'failed', 'discarded', 'cancelled']
export const hasEnded = ({ status }: Run): boolean => ended.includes(status)
