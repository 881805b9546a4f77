/**
 * The way out of the platform for bots: the name is looked up once, every address it has must be public, and the
 * connection goes to the one that was checked (a second look-up could answer otherwise).
 */
import { lookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import { Refusal } from '../refusal.ts'
import { readCapped } from './read-capped.ts'
import type { Outside, OutsideAnswer, OutsideRequest } from './request.ts'
import { isPublic } from './special-ranges.ts'

/** The two things a test has to put in place of the world. No setting reaches them. */
export interface Network {
  resolve(host: string): Promise<readonly string[]>
  /** A connection to this address that has proven to be the host. */
  dial(host: string, address: string): Duplex
  readonly timeoutMs: number
}

const internet: Network = {
  resolve: async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address),
  dial: (host, address) =>
    connect({ host: address, port: 443, servername: host, ALPNProtocols: ['http/1.1'], rejectUnauthorized: true }),
  timeoutMs: 10_000,
}

export function outside(network: Network = internet): Outside {
  return {
    async send(request, signal) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(network.timeoutMs)])
      try {
        return await interruptible(go(network, request, deadline), deadline)
      } catch (error) {
        if (error instanceof Refusal) throw error
        throw new Refusal('UNAVAILABLE', failure(request, error, deadline))
      }
    },
  }
}

async function go(network: Network, request: OutsideRequest, signal: AbortSignal): Promise<OutsideAnswer> {
  const host = request.url.hostname
  const addresses = await network.resolve(host)
  const [address] = addresses
  if (!address) throw new Refusal('UNAVAILABLE', `${host} has no address`)
  if (!addresses.every(isPublic)) throw new Refusal('FORBIDDEN', `${host} does not lead to the public internet`)
  const response = await exchange(network.dial(host, address), request, signal)
  // Redirects come back as they are: the bot may follow one to a host that was agreed to.
  return {
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    body: request.method === 'HEAD' ? '' : await readCapped(response),
  }
}

function exchange(socket: Duplex, o: OutsideRequest, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    const request = httpRequest({
      createConnection: () => socket,
      host: o.url.hostname,
      path: `${o.url.pathname}${o.url.search}`,
      method: o.method,
      headers: {
        'user-agent': 'Guildhall-Bot',
        ...o.headers,
        host: o.url.host,
        'accept-encoding': 'gzip, deflate',
        connection: 'close',
        ...(o.body === null ? {} : { 'content-length': String(Buffer.byteLength(o.body)) }),
      },
      maxHeaderSize: 32_768,
      signal,
    })
    signal.addEventListener('abort', () => socket.destroy(), { once: true })
    request.once('response', resolve)
    request.once('error', reject)
    request.end(o.body ?? undefined)
  })
}

function headersOf(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers))
    if (name !== 'set-cookie' && typeof value === 'string') headers[name] = value.slice(0, 8192)
  return headers
}

/** A look-up cannot be stopped; what it gives afterwards is nobody's. */
function interruptible<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {})
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** Nothing of the machine or of headers in it. */
function failure({ url }: OutsideRequest, error: unknown, deadline: AbortSignal): string {
  if (deadline.aborted) return `${url.hostname} did not answer in time`
  const code = (error as { code?: unknown }).code
  return `${url.hostname} could not be reached${typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? ` (${code})` : ''}`
}
