import type { Client } from 'pg'
import type { Transaction } from 'sequelize'

/** The connection a Sequelize transaction holds. Statements with parameters go to it directly: the same connection, half the work. */
export const connectionOf = (transaction: Transaction): Client =>
  (transaction as unknown as { connection: Client }).connection

/** @throws the driver's error, whose `code` is PostgreSQL's. */
export async function query<Row extends object>(
  transaction: Transaction,
  sql: string,
  bind: readonly unknown[] = [],
): Promise<Row[]> {
  const result = await connectionOf(transaction).query<Row>(sql, bind as unknown[])
  return result.rows
}
