import { isUuid } from '@guildhall/sdk'
import type { Client } from 'pg'
import { type Sequelize, Transaction, type TransactionOptions } from 'sequelize'

/** @throws when it is not a UUID in lower case: it goes into SQL text below. */
export function requireTenantId(tenant: string): string {
  if (!isUuid(tenant) || tenant !== tenant.toLowerCase())
    throw new TypeError(`Not the id of an organisation: ${JSON.stringify(tenant.slice(0, 40))}`)
  return tenant
}

/**
 * The tenant is transaction-local: a session-level SET would leak through the pool to the next borrower. It travels in one
 * message with BEGIN.
 */
const beginStatement = (tenant: string, reading: boolean): string =>
  `${reading ? 'BEGIN READ ONLY' : 'BEGIN'}; SET LOCAL app.tenant = '${requireTenantId(tenant)}'`

interface Pool {
  getConnection(o: { type: 'write'; uuid: string }): Promise<PooledClient>
  releaseConnection(connection: PooledClient): void
  destroyConnection(connection: PooledClient): Promise<void>
}
type PooledClient = Client & { uuid?: string | undefined; connection: { stream: { cork(): void; uncork(): void } } }

/** A transaction of one tenant whose statements are sent without waiting for the ones before. */
export interface TenantTransaction {
  /** For Sequelize's models; they use its connection. */
  readonly transaction: Transaction
  readonly connection: Client
  /**
   * Sends COMMIT behind what was sent already. Resolves when it is committed.
   * @throws when a statement before it had failed, in which case everything was rolled back
   */
  commit(): Promise<void>
  /** Never throws: a connection that died has rolled back already. */
  rollback(): Promise<void>
}

/**
 * Opens a transaction on a connection of Sequelize's pool. Sequelize would wait for BEGIN before anything else; here
 * BEGIN and the first statement travel together, and so do the last effects and COMMIT: two trips for most requests
 * instead of five (docs/decisions/0002-pipelined-units.md). Needs connections in pipeline mode (`connections.ts`).
 */
export async function openTenantTransaction(
  sequelize: Sequelize,
  tenant: string,
  reading: boolean,
): Promise<TenantTransaction> {
  const begin = beginStatement(tenant, reading)
  const transaction = new Transaction(sequelize, {} as TransactionOptions) as Transaction & {
    id: string
    connection: PooledClient
    finished?: string
  }
  const pool = sequelize.connectionManager as unknown as Pool
  const connection = await pool.getConnection({ type: 'write', uuid: transaction.id })
  connection.uuid = transaction.id
  transaction.connection = connection
  together(connection)
  const begun = connection.query(begin)
  // Looked at when the transaction ends; until then a later statement reports the same fault.
  begun.catch(() => {})

  const release = async (broken: boolean) => {
    if (connection.uuid === undefined) return
    connection.uuid = undefined
    if (broken) await pool.destroyConnection(connection)
    else pool.releaseConnection(connection)
  }
  return {
    transaction,
    connection,
    commit: async () => {
      transaction.finished = 'commit'
      try {
        const [, { command }] = await Promise.all([begun, connection.query('COMMIT')])
        await release(false)
        if (command !== 'COMMIT') throw new Error('The unit of work was rolled back: a statement in it had failed')
      } catch (error) {
        await release(true)
        throw error
      }
    },
    rollback: async () => {
      transaction.finished = 'rollback'
      await Promise.all([begun, connection.query('ROLLBACK')]).then(
        () => release(false),
        () => release(true),
      )
    },
  }
}

/** What is sent until the current turn ends leaves in one packet. */
export function together(connection: Client): void {
  const { stream } = (connection as PooledClient).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}
