import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import pg from 'pg'
import { applicationName } from '../database/connections.ts'

export const changedChannel = 'guildhall_changed'

/** On which pg-boss says that a queue got a job; of the name of its schema. */
const queuedChannel = `pgboss_${createHash('sha224').update('pgboss').digest('hex').slice(0, 24)}`

/** How long the beginning of a line may take, in milliseconds. */
const patience = 30_000

interface Signals {
  changed: [tenantId: string]
  /** A job can be taken from this queue, one of those that are declared prompt. */
  queued: [queue: string]
  /** False while nobody would tell us of changes: caches must not be trusted then. */
  listening: [boolean]
}

/**
 * Hears that an organisation's roles, members, tokens or plugins changed: one mechanism for all nodes and for the CLI.
 * The notification is sent in the transaction of the change, so it arrives if and only if the change was committed. Nodes
 * that work hear on the same connection of jobs.
 */
export class ChangeListener extends EventEmitter<Signals> {
  readonly #url: string
  readonly #channels: readonly string[]
  #client: pg.Client | null = null
  #stopped = false
  #retry: NodeJS.Timeout | null = null
  #heartbeat: NodeJS.Timeout | null = null
  readonly #heartbeatMs: number

  /** @param o.heartbeatMs how often the line is tried, and how long an answer may take; default 5 seconds */
  constructor(o: { url: string; working: boolean; heartbeatMs?: number }) {
    super()
    this.#url = o.url
    this.#heartbeatMs = o.heartbeatMs ?? 5_000
    this.#channels = o.working ? [changedChannel, queuedChannel] : [changedChannel]
  }

  async start(): Promise<void> {
    await this.#connect()
  }

  /** For changes committed by this process: takes effect before the answer goes out. */
  changedHere(tenantId: string): void {
    this.emit('changed', tenantId)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#retry) clearTimeout(this.#retry)
    if (this.#heartbeat) clearInterval(this.#heartbeat)
    await this.#client?.end().catch(() => {})
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: applicationName('listen'),
      connectionTimeoutMillis: patience,
      query_timeout: patience,
    })
    client.on('notification', ({ channel, payload = '' }) =>
      this.emit(channel === changedChannel ? 'changed' : 'queued', payload),
    )
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    try {
      await client.connect()
      await client.query(this.#channels.map((channel) => `LISTEN ${channel}`).join('; '))
      if (this.#stopped) throw new Error('Nobody listens any more')
    } catch (error) {
      // Nobody else knows of it: it would stay open, and the process with it. Its end may never come on a dead line.
      client.end().catch(() => {})
      throw error
    }
    this.#client = client
    // A line that goes dead without a word looks like one on which nothing is told, for hours.
    const beat = { text: 'SELECT 1', query_timeout: this.#heartbeatMs }
    this.#heartbeat = setInterval(() => void client.query(beat).catch(() => this.#lost(client)), this.#heartbeatMs)
    this.#heartbeat.unref()
    this.emit('listening', true)
  }

  #lost(client: pg.Client): void {
    if (this.#stopped || this.#client !== client) return
    this.#client = null
    if (this.#heartbeat) clearInterval(this.#heartbeat)
    client.end().catch(() => {})
    this.emit('listening', false)
    this.#reconnect(250)
  }

  #reconnect(delay: number): void {
    if (this.#stopped) return
    this.#retry = setTimeout(() => {
      this.#connect().catch(() => this.#reconnect(Math.min(delay * 2, 5_000)))
    }, delay)
    this.#retry.unref()
  }
}
