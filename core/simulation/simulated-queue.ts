import type { JobInsert } from 'pg-boss'
import { v7 as uuidv7 } from 'uuid'
import type { JobData } from '../jobs/queue.ts'

export interface SimulatedJob {
  readonly id: string
  readonly name: string
  readonly data: JobData
  readonly at: Date
  readonly key: string | null
  /** Enters what follows: the next time of a schedule. */
  readonly again?: () => void
}

/** Stands where pg-boss stands and keeps in memory what is to run in the copy, in the order of its time. */
export class SimulatedQueue {
  readonly #waiting: SimulatedJob[] = []
  readonly #now: () => Date

  constructor(now: () => Date) {
    this.#now = now
  }

  /** As pg-boss' `insert`: of jobs with one key, one waits at a time. Made inside the transaction of the effects. */
  readonly insert = async (name: string, jobs: readonly JobInsert[]): Promise<string[]> => {
    const ids: string[] = []
    for (const { data, startAfter, singletonKey } of jobs) {
      const key = singletonKey ?? null
      if (key !== null && this.#waiting.some((job) => job.name === name && job.key === key)) continue
      const id = uuidv7()
      ids.push(id)
      this.add({ id, name, data: data as unknown as JobData, at: startAfter ? new Date(startAfter) : this.#now(), key })
    }
    return ids
  }

  /** Behind everything that is due at the same time already. */
  add(job: SimulatedJob): void {
    const behind = this.#waiting.findIndex(({ at }) => at.getTime() > job.at.getTime())
    this.#waiting.splice(behind === -1 ? this.#waiting.length : behind, 0, job)
  }

  peek(): SimulatedJob | undefined {
    return this.#waiting[0]
  }

  take(): SimulatedJob | undefined {
    return this.#waiting.shift()
  }
}
