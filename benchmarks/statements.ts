import type { Client } from 'pg'
import type { Sequelize } from 'sequelize'

export interface Statement {
  readonly sql: string
  readonly bind: readonly unknown[]
}

interface Pooled {
  getConnection(...o: unknown[]): Promise<Client & { recorded?: boolean }>
}

/**
 * Records the SQL that a piece of work sends, so that the bare program runs the very same statements. BEGIN, COMMIT and
 * the effects are the platform's own cost and stay out.
 */
export async function recordStatements(sequelize: Sequelize, work: () => Promise<unknown>): Promise<Statement[]> {
  const pool = sequelize.connectionManager as unknown as Pooled
  const borrow = pool.getConnection.bind(pool)
  const statements: Statement[] = []
  let recording = true
  pool.getConnection = async (...o) => {
    const connection = await borrow(...o)
    if (connection.recorded) return connection
    connection.recorded = true
    const send = connection.query.bind(connection) as (...args: unknown[]) => unknown
    connection.query = ((sql: unknown, bind?: readonly unknown[]) => {
      if (recording && typeof sql === 'string' && bind) statements.push({ sql, bind })
      return send(sql, bind)
    }) as never
    return connection
  }
  try {
    await work()
  } finally {
    recording = false
    pool.getConnection = borrow
  }
  return statements
}
