import multipart from '@fastify/multipart'
import type { Lookup } from '@guildhall/sdk'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Redis } from 'ioredis'
import { QueryTypes } from 'sequelize'
import { recordDenial } from './audit/denial.ts'
import type { Identity } from './auth/index.ts'
import { filesServiceFor } from './core-plugin/services.ts'
import { createServer, type HealthChecks, type ServerOptions as HttpOptions } from './http/index.ts'
import { registerRoutes } from './plugin-host/routes.ts'
import type { Runtime } from './runtime.ts'
import { sites } from './sites/index.ts'

export interface ServerOptions {
  readonly runtime: Runtime
  readonly identity: Pick<Identity, 'authenticate' | 'resolveTenant' | 'plugin'>
  readonly log: FastifyBaseLogger
  readonly dataDir: string
  readonly publicUrl: string
  readonly version: string
  readonly http?: Pick<HttpOptions, 'corsOrigins' | 'trustProxy' | 'limits' | 'metricsToken' | 'maxLag'>
  readonly redis?: Redis
  readonly health?: HealthChecks
  /** Between two heartbeats of a stream of events. */
  readonly heartbeatMs?: number
}

/** Look-ups of public routes go through one definer function each, keyed by a hash; the name is checked, never bound. */
const lookupIn =
  (runtime: Runtime): Lookup =>
  async (fn, key) => {
    if (!/^[a-z_]+\.[a-z_]+$/.test(fn)) throw new TypeError(`Not the name of a look-up function: ${fn}`)
    const rows = await runtime.database.rw.query<{ tenant_id: string | null }>(`SELECT ${fn}($1) AS tenant_id`, {
      bind: [key],
      type: QueryTypes.SELECT,
    })
    return rows[0]?.tenant_id ?? null
  }

/** The HTTP door: the pieces of `http/`, sign-in, and every installed plugin's routes behind its gate. */
export async function buildServer(o: ServerOptions): Promise<FastifyInstance> {
  const { runtime, identity } = o
  const app = await createServer({
    log: o.log,
    version: o.version,
    publicUrl: o.publicUrl,
    ...o.http,
    ...(o.redis ? { redis: o.redis } : {}),
    ...(o.health ? { health: o.health } : {}),
    problemKinds: () => runtime.host.problems,
  })
  await app.register(multipart)
  app.decorateRequest('guildhall')
  await app.register(identity.plugin)
  await app.register(sites, { specs: runtime.host.plugins.flatMap(({ spec }) => spec.site ?? []) })
  const stopping = new AbortController()
  app.addHook('preClose', async () => stopping.abort(new Error('The platform is stopping')))
  const files = filesServiceFor(o)
  for (const plugin of runtime.host.plugins)
    await registerRoutes(app, plugin, {
      parts: runtime.context,
      stopping: stopping.signal,
      ...(o.heartbeatMs === undefined ? {} : { heartbeatMs: o.heartbeatMs }),
      uploads: (tenantId) => files.folder(tenantId, 'uploads'),
      pipeline: {
        authenticate: identity.authenticate,
        resolveTenant: identity.resolveTenant,
        lookup: lookupIn(runtime),
        enablement: runtime.enablement,
        access: runtime.access,
        denied: (state, permission, request) => {
          recordDenial(runtime, state, permission, request).catch((err) =>
            o.log.error({ err }, 'a denial could not be recorded'),
          )
        },
      },
    })
  // Where nothing else is the first page, whoever has signed in arrives at his account.
  if (!app.hasRoute({ method: 'GET', url: '/' }))
    app.get('/', { config: { open: 'leads on' }, schema: { hide: true } }, async (_request, reply) =>
      reply.redirect('/account', 302),
    )
  return app
}
