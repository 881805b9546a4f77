import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { applicationName } from './database/connections.ts'

const lock = 0x67756e64
const patience = { tries: 20, everyMs: 250 }

/**
 * A serving node shows itself by a lock on a connection of its own: shared when its sessions live in Redis, exclusive
 * when they live in the process. So a second node without REDIS_URL cannot serve beside it, and a node that was killed
 * leaves nothing behind. CLI processes take no lock.
 * @throws when another node serves and one of the two keeps its sessions to itself.
 */
export async function showPresence(o: { url: string; sharedCache: boolean }): Promise<{ leave(): Promise<void> }> {
  const client = new pg.Client({
    connectionString: o.url,
    application_name: applicationName('presence'),
    keepAlive: true,
  })
  // A broken connection frees the lock; the node goes on serving, and `ready` reports the database.
  client.on('error', () => {})
  await client.connect()
  const take = o.sharedCache ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock'
  for (let tries = 0; tries < patience.tries; tries++) {
    const { rows } = await client.query<{ taken: boolean }>(`SELECT ${take}($1) AS taken`, [lock])
    if (rows[0]?.taken) return { leave: () => client.end() }
    await pause(patience.everyMs)
  }
  await client.end()
  throw new Error(
    'Another node serves on this database, and sessions and rate limits kept in one process cannot be shared. ' +
      'Set REDIS_URL on every node, or stop the other one.',
  )
}
