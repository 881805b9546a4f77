import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Problem, problems } from '@guildhall/sdk'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { createApiToken, revokeApiToken } from '../../auth/index.ts'
import { createLog } from '../../http/index.ts'
import { buildServer } from '../../server.ts'
import { commandActor, type Workshop } from './open.ts'

/** The API as an administrator of one organisation has it, in this process: nothing listens. */
export interface Api {
  readonly app: FastifyInstance
  /** @throws Problem when the answer is no 2xx */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object): Promise<LightMyRequestResponse>
  /** A download as it is written, never whole in memory. @throws Problem when the answer is no 2xx */
  download(url: string): Promise<Readable>
}

/** The token lives as long as the work, and an hour at most should the process be killed. */
export async function withApi<R>(
  { runtime, identity, config, platform }: Pick<Workshop, 'runtime' | 'identity' | 'config' | 'platform'>,
  tenantId: string,
  fn: (api: Api) => Promise<R>,
): Promise<R> {
  const act = { tenantId, actor: commandActor }
  const { token, record } = await runtime.units.run(act, (tx) =>
    createApiToken(tx, {
      name: 'command line',
      role: 'makerspace_admin',
      expiresAt: new Date(tx.now().getTime() + 3_600_000),
    }),
  )
  const most = { max: 1_000_000_000, perSeconds: 60 }
  const app = await buildServer({
    runtime,
    identity,
    log: createLog({ level: 'silent' }),
    dataDir: config.dataDir,
    publicUrl: config.server.publicUrl || `http://localhost:${config.server.port}`,
    version: platform.version,
    // Nobody else waits for this process: it may be as busy as it likes.
    http: { limits: { address: most, principal: most }, maxLag: 600_000 },
  })
  try {
    await app.ready()
    return await fn({
      app,
      call: async (method, url, payload) => {
        const response = await app.inject({
          method,
          url: `/api/v1${url}`,
          headers: { authorization: `Bearer ${token}` },
          ...(payload ? { payload } : {}),
        })
        if (response.statusCode >= 300) throw refusal(response.statusCode, response.json())
        return response
      },
      download: async (url) => {
        const headers = { authorization: `Bearer ${token}` }
        const response = await app.inject({ url: `/api/v1${url}`, headers, payloadAsStream: true })
        const body = response.stream()
        if (response.statusCode >= 300) throw refusal(response.statusCode, JSON.parse(await text(body)))
        return body
      },
    })
  } finally {
    await runtime.units.run(act, (tx) => revokeApiToken(tx, record.id))
    await app.close()
  }
}

interface ProblemAnswer {
  readonly detail?: string
  readonly title?: string
  readonly errors?: readonly { pointer: string; message: string }[]
}

/** The API's own words, as the problem they were. */
export function refusal(status: number, { detail, title, errors }: ProblemAnswer): Problem {
  const kind = Object.values(problems).find((one) => one.status === status) ?? problems.internal
  return new Problem(kind, { detail: detail ?? title ?? `HTTP ${status}`, ...(errors ? { errors } : {}) })
}
