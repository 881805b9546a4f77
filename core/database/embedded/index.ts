// The database of somebody who has none: a real PostgreSQL 18 started as a child process, data in the data folder,
// a free port on 127.0.0.1. It outlives a crash of ours, is shared by every process on the same data folder, and
// goes when the last of them leaves.
import { setTimeout as pause } from 'node:timers/promises'
import { type Account, serverAccount } from './account.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { type Cluster, openCluster } from './cluster.ts'
import { clusterFolder } from './place.ts'
import { readPostmaster, startPostmaster, stopPostmaster } from './postmaster.ts'
import { joinServer, type Presence } from './presence.ts'

export interface EmbeddedOptions {
  /** Guildhall's data folder; the cluster is `postgres/` in it. Made when missing. */
  dataDir: string
  /** Default: silent. */
  log?: { info(message: string): void; warn(message: string): void }
  /** For tests: nothing is flushed to disk, 300 connections. Default false. */
  volatile?: boolean
}

export interface EmbeddedDatabase {
  /** The owner's address (a superuser), `postgres://guildhall:<password>@127.0.0.1:<port>/guildhall`. Never log it. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Close your connections first. Stops the server when no other Guildhall process uses it. Safe to repeat. */
  stop(): Promise<void>
}

/**
 * Starts the embedded database, or joins the one that runs on this data folder already. When the server dies it is
 * started again on the same port.
 * @throws when it cannot be made or started, with the server's own words and what to do
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const server = new EmbeddedServer(options)
  await server.join()
  return server
}

/** Failures with nobody else at work; 50 ms apart. A killed server's last children may hold on for a second or two. */
const GIVE_UP_AFTER = 25

class EmbeddedServer implements EmbeddedDatabase {
  port = 0
  pid = 0
  #presence: Presence | undefined
  #cluster: Cluster | undefined
  #stopping: Promise<void> | undefined
  #returning: Promise<void> | undefined
  readonly #folder: string
  readonly #account: Account | undefined
  readonly #binaries: Binaries
  readonly #options: EmbeddedOptions

  constructor(options: EmbeddedOptions) {
    this.#options = options
    this.#folder = clusterFolder(options.dataDir, { passable: options.volatile ?? false })
    this.#account = serverAccount(this.#folder)
    this.#binaries = findBinaries(this.#account)
  }

  get url(): string {
    return `postgres://guildhall:${this.#cluster?.password}@127.0.0.1:${this.port}/guildhall`
  }

  /** Look, start when nobody has, take a place; each step may lose a race with another process, then look again. */
  async join(): Promise<void> {
    const cluster = await openCluster(this.#folder, this.#binaries, this.#account)
    this.#cluster = cluster
    const volatile = this.#options.volatile ?? false
    let port = this.port || undefined
    let problem: unknown
    for (let failures = 0; failures < GIVE_UP_AFTER && !this.#stopping; ) {
      const running = readPostmaster(cluster)
      if (running?.status === 'ready') {
        try {
          this.#presence = await joinServer({ ...running, password: cluster.password }, () => this.#lost())
          this.port = running.port
          this.pid = running.pid
          return
        } catch (error) {
          problem = error
          failures++
        }
      } else if (!running) {
        if (await startPostmaster(cluster, this.#binaries, this.#account, { port, volatile })) continue
        port = undefined
        failures++
      }
      // Somebody else starts or stops it: that may take as long as it takes (recovery after a crash).
      await pause(50)
    }
    if (!this.#stopping)
      throw new Error(`The embedded PostgreSQL does not start. It says why in ${cluster.log}`, { cause: problem })
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#leave()
    return this.#stopping
  }

  async #leave(): Promise<void> {
    await this.#returning
    if (await this.#presence?.leave()) await stopPostmaster(this.pid, this.#binaries)
  }

  #lost(): void {
    this.#presence = undefined
    if (!this.#stopping) this.#returning = this.#rejoin()
  }

  async #rejoin(): Promise<void> {
    const { log } = this.#options
    const before = this.port
    log?.warn('The embedded database went away; starting it again.')
    try {
      await this.join()
      if (this.port !== before) log?.warn('The embedded database is back on another port: restart Guildhall.')
      else log?.info('The embedded database is back.')
    } catch (error) {
      log?.warn(String(error))
    }
  }
}
