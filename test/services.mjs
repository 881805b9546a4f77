// What a run of the tests needs beside itself, started for the run and stopped with it.
import { spawn, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { environmentVariables } from '../core/config/index.ts'
import { startEmbedded } from '../core/database/embedded/index.ts'
import { makeRunFolder } from './run-folder.mjs'
import { freePort } from './support/free-port.ts'

/**
 * One volatile PostgreSQL, and a Redis: the one of REDIS_URL, or a redis-server of our own.
 * @returns the environment the tests get, and how to stop what was started
 */
export async function startServices() {
  const folder = makeRunFolder()
  const database = await startEmbedded({ dataDir: folder, volatile: true })
  const redis = await startRedis(folder)
  // What the developer's own installation is set to is nothing to the tests.
  const own = new Set(environmentVariables.flatMap(({ name }) => [name, `${name}_FILE`]))
  const outside = Object.entries(process.env).filter(([name]) => !own.has(name) && !/^GUILDHALL_[a-z]/.test(name))
  return {
    environment: {
      ...Object.fromEntries(outside),
      NODE_ENV: 'test',
      GUILDHALL_TEST_DATABASE_URL: database.url,
      ...(redis && { REDIS_URL: redis.url }),
    },
    hasRedis: redis !== undefined,
    async stop() {
      await Promise.all([database.stop(), redis?.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startRedis(folder) {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, stop: async () => {} }
  if (spawnSync('redis-server', ['--version']).status !== 0) return undefined
  const port = await freePort()
  const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  const server = spawn('redis-server', options.map(String), { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  let ready = false
  for await (const line of createInterface(server.stdout)) {
    ready = line.includes('Ready to accept connections')
    if (ready) break
  }
  if (!ready) throw new Error(`redis-server did not start on port ${port}`)
  server.stdout.resume()
  return {
    url: `redis://127.0.0.1:${port}`,
    stop() {
      server.kill('SIGTERM')
      return ended
    },
  }
}
