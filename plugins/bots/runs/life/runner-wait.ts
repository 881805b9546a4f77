/**
 * A run that was taken and gets no runner says so in its row, which every node reads, and keeps its lease meanwhile: its own
 * time does not count yet. Who gets one soon writes nothing.
 */
import type { Log, SandboxState } from '@guildhall/sdk'
import type { Run } from '../stored.ts'
import type { Units } from '../units.ts'

export interface RunnerWaitParts {
  readonly units: Units
  readonly run: Pick<Run, 'id' | 'attempt'>
  readonly state: () => SandboxState
  readonly now: () => number
  /** How long the lease holds, from the claim and from each time it is renewed. */
  readonly leaseMs: number
  readonly log: Log
}

/**
 * The first look, and how often it is seen whether the reason is still the same. Nobody reads of a shorter wait, and two
 * units of work would make it longer for everybody.
 */
const lookMs = 1_000
/** Of the lease, after which it is renewed. */
const part = 1 / 4

export class RunnerWait {
  readonly #o: RunnerWaitParts
  readonly #looking: NodeJS.Timeout
  #said: string | null = null
  #leased: number
  #written: Promise<unknown> = Promise.resolve()

  constructor(o: RunnerWaitParts) {
    this.#o = o
    this.#leased = o.now()
    this.#looking = setInterval(() => {
      const { reason } = o.state()
      if (reason !== null) this.#say(`Waiting for a runner: ${reason}`)
    }, lookMs)
  }

  /** A runner has it. */
  over(): void {
    clearInterval(this.#looking)
    this.#say(null)
  }

  /** Nothing is written after it. */
  async stop(): Promise<void> {
    clearInterval(this.#looking)
    await this.#written
  }

  #say(reason: string | null): void {
    const { units, run, log, now, leaseMs } = this.#o
    const since = now() - this.#leased
    if (reason === this.#said && since < leaseMs * part) return
    // It has a runner, and never waited.
    if (reason === null && this.#said === null) return
    this.#said = reason
    this.#leased = now()
    this.#written = units
      .run((tx) =>
        tx.query(
          `UPDATE bots.run SET reason = $4, lease_until = $5
            WHERE tenant_id = $1 AND id = $2 AND attempt = $3 AND status = 'running'`,
          [tx.tenantId, run.id, run.attempt, reason, new Date(tx.now().getTime() + leaseMs)],
        ),
      )
      .catch((error: unknown) => log.warn({ err: error, runId: run.id }, 'why a run waits could not be written'))
  }
}
