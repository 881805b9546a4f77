import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor, EventRef, Log, PluginDefinition, Tx } from '@guildhall/sdk'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { QueryTypes } from 'sequelize'
import type { Static, TSchema } from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import { coreMigrations } from '../../migrations/core/index.ts'
import { bundledPlugins } from '../../plugins/bundled.ts'
import { createIdentity, type Identity } from '../auth/index.ts'
import { createApiToken } from '../auth/tokens/api-tokens.ts'
import { MemoryCache } from '../cache/index.ts'
import { MovableClock } from '../clock.ts'
import { databaseUrls } from '../database/connections.ts'
import { createLog, documentFor } from '../http/index.ts'
import type { JobData } from '../jobs/queue.ts'
import { PluginHost, setPluginState } from '../plugin-host/index.ts'
import { openRuntime, type Runtime } from '../runtime.ts'
import { buildServer } from '../server.ts'
import { createOrganization, type NewOrganization } from '../tenancy/create-organization.ts'
import { createTestDatabase, testMasterKey } from './database.ts'

export interface TestPlatformOptions {
  /** Default: the bundled plugins. `core` is always there. */
  readonly plugins?: readonly PluginDefinition[]
  readonly now?: Date
  /** Connections of the serving pool; default 4. */
  readonly pool?: number
  readonly log?: Log
  /** The server's own log lines, for tests of what they must not hold. */
  readonly logTo?: NodeJS.WritableStream
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
    core: { dataDir, organizationDefaults: { inviteExpiryDays: 7, membershipReminderDays: 30 }, publicUrl },
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
    settings: { clientId: 'guildhall', audience: 'guildhall' },
    describeAccess: (principal, tenantId) => runtime.access.of(tenantId, principal),
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

export interface TestClient {
  readonly token: string | null
  inject(o: InjectOptions): Promise<LightMyRequestResponse>
  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  post(url: string, payload?: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  put(url: string, payload: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  patch(url: string, payload: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  delete(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
}

export class TestTenant {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly rootId: string
  readonly platform: TestPlatform

  constructor(platform: TestPlatform, o: { id: string; slug: string; name: string; rootId: string }) {
    this.platform = platform
    this.id = o.id
    this.slug = o.slug
    this.name = o.name
    this.rootId = o.rootId
  }

  /** A unit of work of this organisation, for what no route offers. */
  unit<R>(fn: (tx: Tx) => Promise<R>, actor: Actor = { kind: 'system', reason: 'test' }): Promise<R> {
    return this.platform.runtime.units.run({ tenantId: this.id, actor }, fn)
  }

  /** A caller with a real API token: of a role, or of a role made of exactly these permissions. */
  async as(
    who: { role: string; scopes?: readonly string[] } | { permissions: readonly string[] } | 'anonymous',
  ): Promise<TestClient> {
    if (who === 'anonymous') return this.client(null)
    const role = 'role' in who ? who.role : await this.#roleOf(who.permissions)
    const scopes = 'role' in who ? (who.scopes ?? null) : null
    const { token } = await this.unit((tx) => createApiToken(tx, { name: 'test', role, scopes }))
    return this.client(token)
  }

  /** The administrator's token. */
  admin(): Promise<TestClient> {
    return this.as({ role: 'makerspace_admin' })
  }

  client(token: string | null, headers: Record<string, string> = {}): TestClient {
    const { app } = this.platform
    const inject = (o: InjectOptions) =>
      app.inject({
        ...o,
        headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers, ...o.headers },
      })
    const send =
      (method: NonNullable<InjectOptions['method']>) =>
      (url: string, payload?: object, more: Record<string, string> = {}) =>
        inject({ method, url, headers: more, ...(payload === undefined ? {} : { payload }) })
    return {
      token,
      inject,
      get: (url, more = {}) => inject({ method: 'GET', url, headers: more }),
      post: send('POST'),
      put: send('PUT'),
      patch: send('PATCH'),
      delete: (url, more = {}) => inject({ method: 'DELETE', url, headers: more }),
    }
  }

  async enable(pluginId: string, config?: object): Promise<void> {
    await setPluginState(this.platform.runtime, this.id, pluginId, { enabled: true, ...(config ? { config } : {}) })
  }

  async disable(pluginId: string): Promise<void> {
    await setPluginState(this.platform.runtime, this.id, pluginId, { enabled: false })
  }

  async emit<S extends TSchema>(event: EventRef<S>, payload: Static<S>): Promise<void> {
    await this.unit((tx) => tx.emit(event, payload))
  }

  async audit(): Promise<readonly { action: string; actorKind: string; targetId: string | null }[]> {
    return this.platform.runtime.database.platform.query(
      `SELECT event AS action, actor_kind AS "actorKind", target_id AS "targetId" FROM core.audit_event
        WHERE tenant_id = $1 ORDER BY at, id`,
      { bind: [this.id], type: QueryTypes.SELECT },
    )
  }

  async #roleOf(permissions: readonly string[]): Promise<string> {
    const key = `test-${randomUUID().slice(0, 8)}`
    await this.unit(async (tx) => {
      await tx.query('INSERT INTO core.role (tenant_id, id, key, title, permissions) VALUES ($1, $2, $3, $3, $4)', [
        tx.tenantId,
        uuidv7(),
        key,
        permissions,
      ])
      tx.accessChanged()
    })
    return key
  }
}
