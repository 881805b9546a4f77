import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../support/free-port.ts'

export interface TestRedis {
  readonly url: string
  stop(): Promise<void>
}

/** REDIS_URL, else an own redis-server on a free port, else null. In CI there must be one. */
export async function startRedis(): Promise<TestRedis | null> {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, stop: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-redis-'))
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder]
  const server = spawn('redis-server', args, { stdio: 'ignore' })
  const stop = async () => {
    if (server.exitCode === null && server.pid) {
      server.kill('SIGTERM')
      await once(server, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
  if (await answers(server, port)) return { url: `redis://127.0.0.1:${port}/`, stop }
  await stop()
  if (process.env.CI) throw new Error('CI needs Redis: install redis-server or set REDIS_URL')
  return null
}

/** Tries to connect until the server accepts or is gone. */
async function answers(server: ChildProcess, port: number): Promise<boolean> {
  let gone = false
  server.once('error', () => {
    gone = true
  })
  server.once('exit', () => {
    gone = true
  })
  while (!gone) {
    const socket = createConnection(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return true
    } catch {
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      socket.destroy()
    }
  }
  return false
}
