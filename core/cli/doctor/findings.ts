import type { Config } from '../../config/index.ts'
import { databaseFindings } from './database.ts'
import { machineFindings } from './machine.ts'
import { neighbourFindings } from './neighbours.ts'

export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do about it. */
  readonly remedy?: string
}

/** From the ground up; where one part cannot be looked at, the rest still is. */
export async function* findings(load: () => Promise<Config>): AsyncGenerator<Finding> {
  let config: Config
  try {
    config = await load()
  } catch (error) {
    yield { check: 'configuration', state: 'fail', detail: (error as Error).message }
    return
  }
  yield { check: 'configuration', state: 'ok', detail: `${config.environment}, role ${config.role}` }
  yield* machineFindings(config)
  yield* databaseFindings(config)
  yield* neighbourFindings(config)
}
