import { EventEmitter } from 'node:events'
import pg from 'pg'
import { applicationName } from '../database/connections.ts'

export const changedChannel = 'guildhall_changed'

interface Signals {
  changed: [tenantId: string]
  /** False while nobody would tell us of changes: caches must not be trusted then. */
  listening: [boolean]
}

/**
 * Hears that an organisation's roles, members, tokens or plugins changed: one mechanism for all nodes and for the CLI.
 * The notification is sent in the transaction of the change, so it arrives if and only if the change was committed.
 */
export class ChangeListener extends EventEmitter<Signals> {
  readonly #url: string
  #client: pg.Client | null = null
  #stopped = false
  #retry: NodeJS.Timeout | null = null

  constructor(url: string) {
    super()
    this.#url = url
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
    await this.#client?.end().catch(() => {})
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: applicationName('listen'),
      keepAlive: true,
    })
    client.on('notification', (message) => this.emit('changed', message.payload ?? ''))
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    await client.connect()
    await client.query(`LISTEN ${changedChannel}`)
    this.#client = client
    this.emit('listening', true)
  }

  #lost(client: pg.Client): void {
    if (this.#stopped || this.#client !== client) return
    this.#client = null
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
