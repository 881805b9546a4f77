import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { coreMigrations } from '#migrations/core/index.ts'
import { createIdentity, type Identity } from './auth/index.ts'
import { openCache } from './cache/index.ts'
import { mailSettingsOf } from './config/index.ts'
import { accountPost } from './core-plugin/access/account-post.ts'
import { claimProposals } from './core-plugin/access/claim-proposals.ts'
import { createManagementServer, documentFor, type HealthState } from './http/index.ts'
import { platformChecks } from './observability/checks.ts'
import { jobOutcomes, platformGauges } from './observability/gauges.ts'
import type { Platform } from './platform.ts'
import { showPresence } from './presence.ts'
import { buildServer } from './server.ts'
import { waysOf } from './sites/index.ts'

export interface Serving {
  readonly app: FastifyInstance
  readonly identity: Identity
  /** Where it listens, such as `http://127.0.0.1:8000`. */
  readonly address: string
  /** Where people reach it: FRONTEND_URL, else the address. */
  readonly publicUrl: string
  /** The one-time address where the first administrator is made; null once there is one. */
  readonly setupUrl: string | null
  /** Turns requests away, lets running ones and running jobs finish, then closes everything. Safe to repeat. */
  stop(): Promise<void>
}

/** How many ports after the default one are tried when nobody chose it. */
const triedPorts = 20

/** Opens the door of a platform: HTTP, sign-in, and work on nodes that work. */
export async function serve(platform: Platform, log: FastifyBaseLogger): Promise<Serving> {
  const { config, runtime } = platform
  const working = config.role !== 'api'
  // Closed in the reverse order, at the stop or when a step below fails: a process that cannot serve has to end. All of
  // it before the platform goes: the presence's connection would keep the embedded database from being ours alone.
  await using opening = new AsyncDisposableStack()
  const sharedCache = config.redis.url !== ''
  opening.adopt(await showPresence({ url: platform.prepared.urls.direct, sharedCache }), (presence) => presence.leave())
  const cache = opening.adopt(
    await openCache({ redisUrl: config.redis.url, onError: (err) => log.warn({ err }, 'redis') }),
    (opened) => opened.close(),
  )
  const port = await freePort(config.server.host, config.server.port, config.server.portChosen)
  const address = `http://${config.server.host.includes(':') ? `[${config.server.host}]` : config.server.host}:${port}`
  const publicUrl = config.server.publicUrl || address.replace('127.0.0.1', 'localhost')
  const identity = await createIdentity({
    platform: runtime.database.platform,
    cache,
    sealer: runtime.sealer,
    log,
    clock: runtime.clock,
    publicUrl,
    dataDir: config.dataDir,
    environment: config.environment,
    defaultOrganization: config.organizations.default || undefined,
    settings: config.identity,
    describeAccess: (principal, tenantId) => runtime.access.of(tenantId, principal),
    ways: waysOf(runtime),
    propose: claimProposals(runtime),
    post: accountPost(runtime, mailSettingsOf(config)),
  })
  opening.defer(() => identity.stop())
  identity.setCaching(true)
  runtime.changes.on('changed', identity.invalidate)
  runtime.changes.on('listening', identity.setCaching)
  const { setupUrl } = await identity.prepare()
  const health = platformChecks({
    runtime,
    cache,
    dataDir: config.dataDir,
    working,
    migrations: [coreMigrations, ...runtime.host.migrations],
    identityProvider: async () => providerState(identity.state()),
  })
  const { trustProxy, corsOrigins, managementPort } = config.server
  const app = await buildServer({
    runtime,
    identity,
    log,
    dataDir: config.dataDir,
    publicUrl,
    version: platform.version,
    health,
    http: {
      corsOrigins,
      limits: {
        address: { max: config.limits.perAddress, perSeconds: 60 },
        principal: { max: config.limits.perPrincipal, perSeconds: 60 },
      },
      ...(trustProxy ? { trustProxy: trustProxy as number | string[] } : {}),
      ...(config.metricsToken ? { metricsToken: config.metricsToken } : {}),
    },
    ...(cache.redis ? { redis: cache.redis } : {}),
  })
  opening.defer(() => app.close())
  platformGauges(app.metrics, runtime)
  runtime.worker.onOutcome = jobOutcomes(app.metrics)
  await app.listen({ host: config.server.host, port })
  if (managementPort) {
    const management = opening.adopt(await createManagementServer(app, health), (server) => server.close())
    await management.listen({ host: config.server.host, port: managementPort })
  }
  runtime.openDoor({ identity, publicUrl, openapi: (on) => documentFor(app, (id) => on.isOn(id)) })
  if (working) await runtime.work()
  // In the background: whoever opens a page before it is built is told so.
  for (const site of app.sites) void site.freshen()

  const open = opening.move()
  let stopping: Promise<void> | undefined
  const stop = async () => {
    // Load balancers see it before the door closes.
    health.drain()
    await open.disposeAsync()
    await platform.close()
  }
  return { app, identity, address, publicUrl, setupUrl, stop: () => (stopping ??= stop()) }
}

const providerState = (state: string): HealthState => (state === 'ok' ? 'ok' : 'down')

/** The chosen port or none; the default one, else the next that is free. */
async function freePort(host: string, port: number, chosen: boolean): Promise<number> {
  const { createServer } = await import('node:net')
  for (let candidate = port; ; candidate++) {
    const probe = createServer()
    try {
      probe.listen({ host, port: candidate })
      await once(probe, 'listening')
      const { port: free } = probe.address() as AddressInfo
      probe.close()
      await once(probe, 'close')
      return free
    } catch (cause) {
      const taken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (chosen || !taken || candidate === port + triedPorts)
        throw new Error(
          taken
            ? `Port ${candidate} on ${host} is taken. Stop what uses it, or set PORT to another one.`
            : `Cannot listen on ${host}:${candidate}: ${(cause as Error).message}`,
          { cause },
        )
    }
  }
}
