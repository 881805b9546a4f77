import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'

/** A way to the database that can be cut and mended, as a cable can. */
export interface BreakableWay {
  /** The same address through this way. */
  through(url: string): string
  /** Ends all connections and takes no new ones. */
  cut(): void
  /** Carries nothing more, and says nothing of it: what is open stays open. */
  freeze(): void
  mend(): void
  close(): Promise<void>
}

export async function breakableWay(to: string): Promise<BreakableWay> {
  const target = new URL(to)
  const open = new Set<Socket>()
  let broken = false
  const server = createServer((near) => {
    if (broken) return near.destroy()
    const far = createConnection(Number(target.port || 5432), target.hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cut = () => {
    broken = true
    for (const socket of open) socket.destroy()
  }
  return {
    through: (url) => {
      const way = new URL(url)
      way.hostname = '127.0.0.1'
      way.port = String(port)
      return way.href
    },
    cut,
    freeze: () => {
      for (const socket of open) socket.unpipe().pause()
    },
    mend: () => {
      broken = false
    },
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
