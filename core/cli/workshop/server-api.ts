import { Problem, problems } from '@guildhall/sdk'
import { createApiToken, revokeApiToken } from '../../auth/index.ts'
import { UsageError } from '../terminal/output.ts'
import { refusal } from './api.ts'
import { inOrganization, withPlatform } from './open.ts'
import { findOrganization } from './organization.ts'
import { runningServer } from './running-server.ts'

/** Which server, and as whom: an address with a token, or an organisation of the server that runs on this machine. */
export interface ServerChoice {
  readonly org?: string
  readonly url?: string
  readonly token?: string
}

/** The API of a server that runs. */
export interface ServerApi {
  /** Such as `http://localhost:8000`. */
  readonly address: string
  /** @throws Problem with the server's own words when the answer is no 2xx */
  call<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<T>
  /** Server-sent events of a list, after the one with this id, until the signal or the server ends them. */
  follow(
    path: string,
    signal: AbortSignal,
    lastEventId?: string,
  ): AsyncIterable<{ event: string; id: string | null; data: unknown }>
}

const hoursOfWork = 8

/**
 * Works with a running server. On this machine a token is made for it that ends with the work; elsewhere one is given.
 * @throws Error when nothing serves here
 */
export async function withServer<R>(o: ServerChoice, fn: (api: ServerApi) => Promise<R>): Promise<R> {
  const token = o.token ?? process.env.GUILDHALL_TOKEN
  if (o.url !== undefined) {
    if (!token) throw new UsageError('--url needs --token, or GUILDHALL_TOKEN in the environment')
    return fn(serverApi(o.url.replace(/\/+$/, ''), token))
  }
  const { org } = o
  if (org === undefined) throw new UsageError('Say which organisation: --org <slug>, or --url and --token')
  return withPlatform(async (workshop) => {
    const { id } = await findOrganization(workshop.runtime, org)
    const made = await inOrganization(workshop, id, (tx) =>
      createApiToken(tx, {
        name: 'bot workshop',
        role: 'makerspace_admin',
        expiresAt: new Date(tx.now().getTime() + hoursOfWork * 3_600_000),
      }),
    )
    try {
      const address = await runningServer(workshop.config.server, made.token)
      if (address === null)
        throw new Error(
          `No Guildhall that knows this data serves here from port ${workshop.config.server.port} on: run "npm start" in another window, set PORT as it is there, or name one with --url and --token.`,
        )
      return await fn(serverApi(address, made.token))
    } finally {
      await inOrganization(workshop, id, (tx) => revokeApiToken(tx, made.record.id))
    }
  })
}

function serverApi(address: string, token: string): ServerApi {
  const ask = async (path: string, init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }) => {
    const response = await fetch(`${address}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause
      throw new Problem(problems.overloaded, { detail: `${address} does not answer.`, cause })
    })
    if (response.ok) return response
    const body: unknown = await response.json().catch(() => ({}))
    throw refusal(response.status, body as Parameters<typeof refusal>[1])
  }
  return {
    address,
    call: async <T>(method: string, path: string, body?: object) => {
      const response = await ask(path, {
        method,
        ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
      })
      return (response.status === 204 ? undefined : await response.json()) as T
    },
    follow: async function* (path, signal, lastEventId) {
      const after = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
      const headers = { accept: 'text/event-stream', ...after }
      const response = await ask(path, { headers, signal }).catch((error: unknown) => {
        if (signal.aborted) return null
        throw error
      })
      if (response) yield* events(response.body as ReadableStream<Uint8Array>, signal)
    },
  }
}

/** The wire form of server-sent events: fields a line, events apart by an empty one. */
async function* events(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<{ event: string; id: string | null; data: unknown }> {
  let rest = ''
  try {
    for await (const chunk of body.pipeThrough(
      new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>,
    )) {
      const blocks = (rest + chunk).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = Object.fromEntries(
          block.split('\n').flatMap((line) => {
            const at = line.indexOf(':')
            return at > 0 ? [[line.slice(0, at), line.slice(at + 1).trimStart()]] : []
          }),
        )
        if (fields.data)
          yield { event: fields.event ?? 'message', id: fields.id ?? null, data: JSON.parse(fields.data) }
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
