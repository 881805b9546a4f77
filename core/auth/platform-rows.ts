import { QueryTypes, type Sequelize, type Transaction } from 'sequelize'

/** Identity crosses organisations: its statements run on the platform's connections, one by one or in a transaction. */
export const rows = <Row extends object>(
  platform: Sequelize,
  sql: string,
  bind: readonly unknown[] = [],
  transaction?: Transaction,
): Promise<Row[]> =>
  platform.query<Row>(sql, {
    bind: bind as unknown[],
    type: QueryTypes.SELECT,
    raw: true,
    ...(transaction ? { transaction } : {}),
  })
