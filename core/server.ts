import type { FastifyInstance } from 'fastify'
import Fastify from 'fastify'
import multipart from '@fastify/multipart'
import { isProblem, type Lookup } from '@guildhall/sdk'
import { QueryTypes } from 'sequelize'
import { LastUse } from './auth/tokens/last-use.ts'
import { TokenDoor } from './auth/tokens/token-door.ts'
import { createAuthenticator } from './auth/authenticator.ts'
import { OrganizationDirectory } from './auth/organization-directory.ts'
import { resolveTenant } from './auth/resolve-tenant.ts'
import { registerRoutes } from './plugin-host/routes.ts'
import type { Runtime } from './runtime.ts'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface ServerOptions {
  readonly runtime: Runtime
  readonly dataDir: string
  readonly publicUrl: string
  readonly logTo?: NodeJS.WritableStream
}

/** Look-ups of public routes go through one definer function each, keyed by a hash; the name is checked, never bound. */
const lookupIn = (runtime: Runtime): Lookup => async (fn, key) => {
  if (!/^[a-z_]+\.[a-z_]+$/.test(fn)) throw new TypeError(`Not the name of a look-up function: ${fn}`)
  const rows = await runtime.database.rw.query<{ tenant_id: string | null }>(`SELECT ${fn}($1) AS tenant_id`, {
    bind: [key],
    type: QueryTypes.SELECT,
  })
  return rows[0]?.tenant_id ?? null
}

export async function buildServer(o: ServerOptions): Promise<FastifyInstance> {
  const { runtime } = o
  const app = Fastify({ logger: false, ajv: { customOptions: { strict: false, coerceTypes: false, removeAdditional: false } }, routerOptions: { ignoreTrailingSlash: true } })
  app.setErrorHandler((error, _request, reply) => {
    if (isProblem(error)) return reply.code(error.status).type('application/problem+json').send(JSON.stringify({ ...error.kind, detail: error.detail, errors: error.errors }))
    console.error(error)
    return reply.send(error)
  })
  await app.register(multipart)
  app.decorateRequest('guildhall', null as never)
  const now = () => runtime.clock.now().getTime()
  const lastUse = new LastUse({ platform: runtime.database.platform, now, onError: (err) => runtime.log.error({ err }, 'last use of tokens') })
  const tokens = new TokenDoor({ platform: runtime.database.platform, lastUse, now })
  const directory = new OrganizationDirectory(runtime.database.platform)
  tokens.setCaching(true)
  directory.setCaching(true)
  runtime.changes.on('changed', (tenantId) => {
    tokens.invalidate(tenantId)
    directory.invalidate()
  })
  runtime.changes.on('listening', (on) => {
    tokens.setCaching(on)
    directory.setCaching(on)
  })
  const authenticate = createAuthenticator({
    tokens,
    bearer: { principalOf: async () => { throw new Error('no issuer') } },
    sessions: { idIn: () => undefined, principalOf: async () => null },
  })
  for (const plugin of runtime.host.plugins)
    await registerRoutes(app, plugin, {
      parts: runtime.context,
      uploads: async (tenantId) => {
        const folder = join(o.dataDir, 'uploads', tenantId)
        await mkdir(folder, { recursive: true, mode: 0o700 })
        return folder
      },
      pipeline: {
        authenticate,
        resolveTenant: (principal, named) => resolveTenant(principal, named, { directory }),
        lookup: lookupIn(runtime),
        enablement: runtime.enablement,
        access: runtime.access,
        denied: () => {},
      },
    })
  return app
}
