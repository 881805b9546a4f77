import type { Client } from 'pg'
import type { Sequelize } from 'sequelize'

export interface Statement {
  readonly sql: string
  readonly bind: readonly unknown[]
}

interface Pooled {
  getConnection(...o: unknown[]): Promise<Client & { watched?: boolean }>
}

/** Where the statements of watched connections go while somebody records. */
let sink: Statement[] | null = null

/**
 * Records the SQL that a piece of work sends, so that the bare program runs the very same statements. BEGIN, COMMIT and
 * the effects are the platform's own cost and stay out.
 */
export async function recordStatements(sequelize: Sequelize, work: () => Promise<unknown>): Promise<Statement[]> {
  const pool = sequelize.connectionManager as unknown as Pooled
  const borrow = pool.getConnection.bind(pool)
  pool.getConnection = async (...o) => {
    const connection = await borrow(...o)
    if (connection.watched) return connection
    connection.watched = true
    const send = connection.query.bind(connection) as (...args: unknown[]) => unknown
    connection.query = ((first: string | { text: string; values?: unknown[] }, values?: readonly unknown[]) => {
      const [sql, bind] = typeof first === 'string' ? [first, values] : [first.text, first.values]
      if (bind) sink?.push({ sql, bind })
      return send(first, values)
    }) as never
    return connection
  }
  const statements: Statement[] = []
  sink = statements
  try {
    await work()
    return statements
  } finally {
    sink = null
    pool.getConnection = borrow
  }
}
