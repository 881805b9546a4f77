/** Names and servers of a test in place of the internet: every check of the way out stays as it is. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Network } from '#plugins/bots/runs/http/outside.ts'

export interface SmallInternet extends Network {
  /** What each name resolves to; changed while it runs. */
  readonly names: Map<string, readonly string[]>
  /** Connections made, `host address`. */
  readonly dialled: string[]
  close(): Promise<void>
}

export async function smallInternet(listener: RequestListener, o: { timeoutMs?: number } = {}): Promise<SmallInternet> {
  const server: Server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const names = new Map<string, readonly string[]>()
  const dialled: string[] = []
  return {
    names,
    dialled,
    timeoutMs: o.timeoutMs ?? 5000,
    resolve: async (host) => names.get(host) ?? [],
    dial: (host, address) => {
      dialled.push(`${host} ${address}`)
      return connect({ host: '127.0.0.1', port })
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
