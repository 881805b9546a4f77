import { Socket } from 'node:net'
import { Client } from 'pg'

/** Session lock in the database `postgres`: everybody who uses the server holds it shared for as long as he does. */
const IN_USE = 7_264_533

/**
 * Our place at the server: one idle connection with a shared advisory lock. Whoever can have the lock alone is the
 * last, and while he has it a newcomer waits, loses the connection to the shutdown, and starts the server himself.
 * It goes with the process, however that ends.
 */
export interface Presence {
  /** Gives the place up. @returns true when nobody else is there: newcomers then wait until the server is stopped */
  leave(): Promise<boolean>
}

/** @throws when the server cannot be reached, or stops while we wait for it; the caller looks again */
export async function joinServer(url: { port: number; password: string }, onLost: () => void): Promise<Presence> {
  const socket = new Socket()
  const client = new Client({
    stream: () => socket,
    host: '127.0.0.1',
    port: url.port,
    user: 'guildhall',
    password: url.password,
    database: 'postgres',
    application_name: 'guildhall presence',
    connectionTimeoutMillis: 10_000,
  })
  let left = false
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock_shared($1)', [IN_USE])
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'guildhall'")
    if (!rowCount) await createDatabase(client)
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
  client.on('end', () => left || onLost())
  socket.unref() // alone it keeps no process alive

  return {
    async leave() {
      left = true
      socket.ref()
      try {
        await client.query('SELECT pg_advisory_unlock_shared($1)', [IN_USE])
        const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS alone', [IN_USE])
        if (rows[0].alone && (await othersHaveGone(client))) return true
      } catch {
        // The server went away by itself: nothing is left to stop.
      }
      await client.end().catch(() => {})
      return false
    },
  }
}

/** Our own pools were closed a moment ago, but their backends take some milliseconds to go. */
async function othersHaveGone(client: Client): Promise<boolean> {
  const deadline = Date.now() + 1000
  while (Date.now() < deadline) {
    const { rowCount } = await client.query(
      "SELECT FROM pg_stat_activity WHERE application_name LIKE 'guildhall%' AND pid <> pg_backend_pid() LIMIT 1",
    )
    if (!rowCount) return true
    await client.query('SELECT pg_sleep(0.02)')
  }
  return false
}

async function createDatabase(client: Client): Promise<void> {
  await client.query('CREATE DATABASE guildhall').catch((error) => {
    // 42P04, 23505: another start made it at the same moment.
    if (!['42P04', '23505'].includes(error.code)) throw error
  })
}
