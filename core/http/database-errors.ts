/** What the database reports, as problems. SQLSTATE: PostgreSQL's appendix A. */
import { Problem, problems } from '@guildhall/sdk'

interface DatabaseError extends Error {
  readonly code?: string
  /** Sequelize keeps the driver's error here. */
  readonly original?: unknown
}

// Sequelize's names for "no connection"; the driver's own errors carry only sentences.
const connectionNames = /^Sequelize(Connection|HostNot|Access)\w*Error$/
const connectionSentences =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Cannot use a pool after calling end/i
/** Connection exceptions, too many connections, the server stopping or starting. */
const connectionStates = /^(08|57P0[1-5]|53300)/

/** @returns undefined when it is not the database's, or is a defect of ours */
export function problemFromDatabase(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined
  const driver = ((error as DatabaseError).original ?? error) as DatabaseError
  const state = /^[0-9A-Z]{5}$/.test(driver.code ?? '') ? driver.code! : ''
  if (connectionNames.test(error.name) || connectionStates.test(state) || connectionSentences.test(driver.message)) {
    return new Problem(problems.databaseUnavailable, { cause: error, headers: { 'retry-after': '2' } })
  }
  switch (state) {
    case '23505':
      return new Problem(problems.alreadyExists, { cause: error })
    case '23P01':
    case '23503':
      return new Problem(problems.conflict, { cause: error })
    case '40001':
    case '40P01':
    case '55P03':
      return new Problem(problems.conflict, {
        detail: 'Another change was faster; send it again.',
        cause: error,
        headers: { 'retry-after': '1' },
      })
    case '57014':
      return new Problem(problems.overloaded, { detail: 'The query took too long.', cause: error })
    default:
      return undefined
  }
}
