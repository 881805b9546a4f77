/** Where untrusted code runs: a supervised process, a fresh isolate each time, strings across the boundary. */
import { serviceRef } from './refs.ts'

export interface SandboxLimits {
  readonly heapMb: number
  readonly cpuMs: number
  readonly wallMs: number
  /** Calls of every kind, and how many may be on their way at once. */
  readonly calls: number
  readonly inFlight: number
  /** Of the result as JSON. */
  readonly resultBytes: number
  readonly logLines: number
}

/** A call the code makes; the answer is data, never a thrown error: what it says crosses into the sandbox. */
export interface SandboxCall {
  /** 0, 1, 2, ... within the run, in the order the code made them. */
  readonly sequence: number
  /**
   * With its input: `action` `{ action, input }`, `fetch` `{ url, method?, headers?, body? }`, `state.get` and `state.delete`
   * `{ key }`, `state.set` `{ key, value, ttlSeconds? }`, `state.keys` `{ prefix }`. Types are as the code gave them;
   * anything else is refused by whoever answers.
   */
  readonly method: string
  readonly input: unknown
}
export type SandboxAnswer =
  /** `at`: what the clock inside reads from here on, ms since 1970; a replay gives the recorded one. */
  | { readonly ok: true; readonly value: unknown; readonly at?: number }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly at?: number }

export interface SandboxJob {
  /** A runner serves one organisation at a time. */
  readonly tenantId: string
  readonly runId: string
  /** One JavaScript module with `export default defineBot(...)`. */
  readonly source: string
  readonly config: unknown
  readonly event: unknown
  /** `ctx.tenant`, `ctx.run`, `ctx.secrets`. */
  readonly context: {
    readonly tenant: object
    readonly run: object
    readonly secrets: Readonly<Record<string, string>>
  }
  /** The clock inside at the start, ms since 1970: it stands still between calls, so that a replay sees the same. */
  readonly now: number
  /** Of `Math.random` inside. */
  readonly seed: string
  readonly limits: SandboxLimits
  call(call: SandboxCall): Promise<SandboxAnswer>
  log(line: { readonly message: string; readonly data?: unknown }): void
  /** A runner has it: it waits no longer. */
  began?(): void
  readonly signal?: AbortSignal
}

/**
 * `error`: the code threw. `quota`: it called or returned too much; lines of the log beyond the limit are left out instead.
 * `cancelled`: the signal, or the platform closed (`CLOSED`). `crash`: by `code`, `SIBLING` went down with another run and may
 * be tried again, `RUNNER` by itself, `PROTOCOL` for breaking the protocol.
 */
export type SandboxEnd = 'ok' | 'error' | 'cpu' | 'timeout' | 'memory' | 'quota' | 'crash' | 'cancelled'

export interface SandboxOutcome {
  readonly end: SandboxEnd
  /** Only with `ok`. */
  readonly result?: unknown
  /** Text that is safe to show: capped, without paths of this machine. `line` counts in the module. */
  readonly error?: { readonly name: string; readonly message: string; readonly line?: number; readonly code?: string }
  /** `heapMb` is 0 where the isolate could not be asked any more. */
  readonly used: { readonly cpuMs: number; readonly wallMs: number; readonly heapMb: number; readonly calls: number }
}

export interface SandboxState {
  readonly runners: number
  readonly busy: number
  /** Jobs that wait for a runner, and why in a sentence; null when none does. */
  readonly waiting: number
  /** How long the first of them has waited; 0 when none does. */
  readonly waitedMs: number
  readonly reason: string | null
  /** Why the last runner did not start, for the operator; null once one has. */
  readonly fault: string | null
}

export interface Sandbox {
  /** Never rejects for what the code does. @throws Error when no runner can be started at all */
  run(job: SandboxJob): Promise<SandboxOutcome>
  /**
   * Evaluates the module without running the bot, and gives what `defineBot` was given, functions left out.
   * With an `error` when it does not compile or defines no bot.
   */
  inspect(
    source: string,
  ): Promise<{ readonly manifest: unknown } | { readonly error: NonNullable<SandboxOutcome['error']> }>
  readonly state: SandboxState
  close(): Promise<void>
}

export const sandboxService = serviceRef<Sandbox>({ id: 'core.sandbox', scope: 'root' })
