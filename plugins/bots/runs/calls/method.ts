/** A method of the host: what it takes, whom it asks, what it does. One file each beside this one. */
import type { ActionDescription, SandboxAnswer } from '@guildhall/sdk'
import type { Asked, Described } from '../journal.ts'
import type { RunLimits } from '../limits.ts'
import type { RunMode } from '../modes/mode.ts'
import type { Redactor } from '../redactor.ts'
import type { MailQuota } from './mail-quota.ts'

/** What a run has at hand for its calls. */
export interface CallParts {
  readonly runId: string
  readonly mode: RunMode
  readonly limits: RunLimits
  /** Ids of actions that were asked for and granted. */
  readonly granted: ReadonlySet<string>
  /** Whether the host was agreed to. */
  readonly allows: (host: string) => boolean
  /** Secret by handle. */
  readonly secrets: ReadonlyMap<string, string>
  readonly actions: ReadonlyMap<string, ActionDescription>
  readonly mails: MailQuota
  readonly redactor: Redactor
  readonly counts: CallCounts
  /** Runs that stand before this one in the chain of its causes. */
  readonly depth: number
  /** Where people reach the platform. */
  readonly ownHost: string
  readonly idempotencyKey: (sequence: number) => string
}

export interface HostMethod {
  /** What the journal says of it; also for a call that is then refused. */
  describe(input: unknown, o: CallParts): Described
  /** Counts, checks and does it. @throws Refusal, Problem */
  run(call: Asked, what: Described, o: CallParts): Promise<SandboxAnswer>
}

/** How often what was called in this run, calls answered from the journal included. */
export class CallCounts {
  readonly #counts = new Map<string, number>()

  /** Gives the new count. */
  add(name: string, by = 1): number {
    const count = (this.#counts.get(name) ?? 0) + by
    this.#counts.set(name, count)
    return count
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }
}

/** A text field of the input; another thing is no text. */
export function textField(input: unknown, name: string): string | undefined {
  const value = field(input, name)
  return typeof value === 'string' ? value : undefined
}

/** A field of the input, when that is an object. */
export const field = (input: unknown, name: string): unknown =>
  typeof input === 'object' && input !== null && Object.hasOwn(input, name)
    ? (input as Record<string, unknown>)[name]
    : undefined
