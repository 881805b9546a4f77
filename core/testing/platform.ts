import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log, MailSettings, PluginDefinition, Sandbox, ShippedBot } from '@guildhall/sdk'
import type { FastifyInstance } from 'fastify'
import { QueryTypes } from 'sequelize'
import { createSandbox } from '../../bots/engine/index.ts'
import { libraryBots } from '../../bots/library/index.ts'
import { coreMigrations } from '../../migrations/core/index.ts'
import { bundledPlugins } from '../../plugins/bundled.ts'
import { createIdentity, type Identity } from '../auth/index.ts'
import { MemoryCache } from '../cache/index.ts'
import { MovableClock } from '../clock.ts'
import { accountPost } from '../core-plugin/access/account-post.ts'
import { claimProposals } from '../core-plugin/access/claim-proposals.ts'
import { databaseUrls } from '../database/connections.ts'
import { createLog, documentFor } from '../http/index.ts'
import type { JobData } from '../jobs/queue.ts'
import { PluginHost } from '../plugin-host/index.ts'
import { openRuntime, type Runtime } from '../runtime.ts'
import { buildServer } from '../server.ts'
import { waysOf } from '../sites/index.ts'
import { createOrganization, type NewOrganization } from '../tenancy/create-organization.ts'
import { createTestDatabase, testMasterKey } from './database.ts'
import { quickHashes } from './quick-hashes.ts'
import { TestTenant } from './tenant.ts'

export interface TestPlatformOptions {
  /** Default: the bundled plugins. `core` is always there. */
  readonly plugins?: readonly PluginDefinition[]
  /** Bots that come with the platform; default: those of `bots/library`. */
  readonly bots?: readonly ShippedBot[]
  readonly now?: Date
  /** Connections of the serving pool; default 4. */
  readonly pool?: number
  readonly log?: Log
  /** The server's own log lines, for tests of what they must not hold. */
  readonly logTo?: NodeJS.WritableStream
  /** Outgoing mail; default: no server. */
  readonly mail?: MailSettings
  /** Default: the platform's own, which starts a process with its first run. */
  readonly sandbox?: Sandbox
  /** An identity provider outside; default: the embedded one. */
  readonly issuer?: { readonly url: string; readonly clientSecret: string; readonly audience: string }
  /** Between two heartbeats of a stream of events. */
  readonly heartbeatMs?: number
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * The real platform on a database of its own, cloned from a migrated template, with a clock that moves. Jobs and events
 * wait until `drain()`, schedules until `advance()`: no test sleeps.
 */
export async function startTestPlatform(o: TestPlatformOptions = {}): Promise<TestPlatform> {
  const clock = new MovableClock(o.now)
  const plugins = [...(o.plugins ?? bundledPlugins)]
  const sets = [coreMigrations, ...new PluginHost(plugins).migrations]
  const database = await createTestDatabase(sets)
  const publicUrl = 'http://localhost:8000'
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-files-'))
  const runtime = await openRuntime({
    urls: databaseUrls({ ownerUrl: database.ownerUrl, masterKey: testMasterKey, roleOwner: database.template }),
    pool: { rw: o.pool ?? 4, platform: 2 },
    plugins,
    core: {
      dataDir,
      organizationDefaults: { inviteExpiryDays: 7, membershipReminderDays: 30 },
      publicUrl,
      bots: o.bots ?? libraryBots,
      ...(o.mail && { mail: o.mail }),
      sandbox: o.sandbox ?? createSandbox({ runners: 1, log: o.log ?? silent }),
    },
    masterKey: testMasterKey,
    clock,
    log: o.log ?? silent,
    working: false,
  })

  const identity = await createIdentity({
    platform: runtime.database.platform,
    cache: new MemoryCache(),
    sealer: runtime.sealer,
    log: runtime.log,
    clock,
    publicUrl,
    dataDir,
    environment: 'test',
    scryptCost: quickHashes,
    settings: {
      clientId: 'guildhall',
      audience: 'guildhall',
      ...(o.issuer && { issuer: o.issuer.url, clientSecret: o.issuer.clientSecret, audience: o.issuer.audience }),
    },
    describeAccess: (principal, tenantId) => runtime.access.of(tenantId, principal),
    ways: waysOf(runtime),
    propose: claimProposals(runtime),
    post: accountPost(runtime, o.mail),
  })
  identity.setCaching(true)
  runtime.changes.on('changed', identity.invalidate)
  runtime.changes.on('listening', identity.setCaching)
  runtime.openDoor({ identity, openapi: (on) => documentFor(app, (id) => on.isOn(id)) })
  const app: FastifyInstance = await buildServer({
    runtime,
    identity,
    log: createLog({ level: o.logTo ? 'info' : 'silent', ...(o.logTo ? { destination: o.logTo } : {}) }),
    dataDir,
    publicUrl,
    version: '0.0.0-test',
    ...(o.heartbeatMs === undefined ? {} : { heartbeatMs: o.heartbeatMs }),
    http: {
      limits: { address: { max: 1_000_000, perSeconds: 60 }, principal: { max: 1_000_000, perSeconds: 60 } },
      metricsToken: 'metrics',
      maxLag: 60_000,
    },
  })
  await app.ready()
  return new TestPlatform({
    app,
    identity,
    runtime,
    clock,
    ownerUrl: database.ownerUrl,
    dataDir,
    close: async () => {
      await app.close()
      await identity.stop()
      await runtime.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  })
}

export class TestPlatform implements AsyncDisposable {
  readonly app: FastifyInstance
  readonly identity: Identity
  readonly runtime: Runtime
  readonly clock: MovableClock
  readonly ownerUrl: string
  readonly dataDir: string
  readonly #close: () => Promise<void>

  constructor(o: {
    app: FastifyInstance
    identity: Identity
    runtime: Runtime
    clock: MovableClock
    ownerUrl: string
    dataDir: string
    close: () => Promise<void>
  }) {
    this.app = o.app
    this.identity = o.identity
    this.runtime = o.runtime
    this.clock = o.clock
    this.ownerUrl = o.ownerUrl
    this.dataDir = o.dataDir
    this.#close = o.close
  }

  /** An organisation with the installed plugins on; `plugins` names those to start with and their configuration. */
  async tenant(
    name: string,
    o: { plugins?: Record<string, object> } & Partial<NewOrganization> = {},
  ): Promise<TestTenant> {
    const { runtime } = this
    const { plugins, ...rest } = o
    const bundled = plugins ? Object.keys(plugins) : runtime.host.plugins.map(({ id }) => id)
    const slug = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${randomUUID().slice(0, 8)}`
    const { id, rootId } = await createOrganization(
      { platformUnits: runtime.platformUnits, host: runtime.host, context: runtime.context, bundled, log: runtime.log },
      { slug, name, ...rest },
    )
    const tenant = new TestTenant(this, { id, slug: rest.slug ?? slug, name, rootId })
    for (const [plugin, config] of Object.entries(plugins ?? {}))
      if (Object.keys(config).length > 0) await tenant.enable(plugin, config)
    return tenant
  }

  /** Moves the clock and fires what has come due. */
  async advance(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.runtime.ticker.tick()
  }

  /** Runs events and jobs until nothing is left that could run now. A failed job counts once and is not tried again. */
  async drain(): Promise<{ jobs: number; failures: Error[] }> {
    const { boss, worker } = this.runtime
    const failures: Error[] = []
    let jobs = 0
    for (let idle = false; !idle; ) {
      idle = true
      for (const name of await this.#waiting()) {
        const fetched = await boss.fetch<JobData>(name, { batchSize: 20, includeMetadata: true })
        for (const job of fetched) {
          idle = false
          jobs++
          await worker.run(name, job).then(
            () => boss.complete(name, job.id),
            async (error: Error) => {
              failures.push(error)
              await boss.deleteJob(name, job.id)
            },
          )
        }
      }
    }
    return { jobs, failures }
  }

  /** Runs jobs as `drain` does, and fails when one of them does. */
  async settle(): Promise<number> {
    const { jobs, failures } = await this.drain()
    if (failures[0]) throw failures[0]
    return jobs
  }

  async #waiting(): Promise<string[]> {
    const known = new Set(this.runtime.worker.queues.map(({ name }) => name))
    const rows = await this.runtime.database.platform.query<{ name: string }>(
      `SELECT DISTINCT name FROM pgboss.job WHERE state IN ('created', 'retry') AND start_after <= now()`,
      { type: QueryTypes.SELECT },
    )
    return rows.map(({ name }) => name).filter((name) => known.has(name))
  }

  close(): Promise<void> {
    return this.#close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }
}
