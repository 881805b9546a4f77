import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { CommandLine } from '../core/cli/command-line.ts'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'

t.setTimeout(300_000)

/** Real processes: the platform as `npm start` runs it, its own Redis, its own embedded database. */

const redisOn = (port: number): ChildProcess =>
  spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], { stdio: 'ignore' })

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

const hasRedis = spawnSync('redis-server', ['--version']).status === 0
const told = 'There is no redis-server on PATH: what happens without Redis is not tried.'
if (!hasRedis && process.env.CI) throw new Error(`${told} In CI it cannot be skipped.`)

t.test(
  'Redis and the database are killed under a running platform, and it goes on by itself',
  { skip: hasRedis ? false : told },
  async (t) => {
    const port = await freePort()
    let redis = redisOn(port)
    const cli = await CommandLine.create()
    t.teardown(() => cli.remove())
    t.teardown(() => end(redis, 'SIGKILL'))
    const server = cli.start(['start'], { REDIS_URL: `redis://127.0.0.1:${port}` })
    t.teardown(() => end(server, 'SIGTERM'))
    let said = ''
    for await (const chunk of server.stdout) {
      said += String(chunk)
      if (said.includes('╯')) break
    }
    const base = /Address\s+(http:\/\/localhost:\d+)/.exec(said)?.[1] ?? ''
    const { out: token } = await cli.run('token', 'create', '--org', 'demo', '--role', 'makerspace_admin')
    const ask = (path: string) =>
      fetch(`${base}${path}`, {
        headers: { authorization: `Bearer ${token.trim()}` },
        signal: AbortSignal.timeout(20_000),
      })
    const status = async (path: string) => (await ask(path)).status
    t.equal(await status('/api/v1/members'), 200)
    t.equal(await status('/health/ready'), 200)

    await end(redis, 'SIGKILL')
    t.equal(await status('/api/v1/members'), 200, 'requests with a token need no Redis')
    t.equal(await status('/health/live'), 200)
    const strict = await ask('/api/v1/auth/status')
    t.ok([200, 503].includes(strict.status), `sign-in says so or does without: ${strict.status}`)
    redis = redisOn(port)
    await until('everything is ready again', async () => (await status('/health/ready')) === 200, 60_000)

    const pid = Number((await readFile(join(cli.dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0])
    process.kill(pid, 'SIGKILL')
    const seen = new Set<number>()
    await until(
      'the database is back and requests are served',
      async () => {
        const now = await status('/api/v1/members')
        seen.add(now)
        return now === 200 && (await status('/health/ready')) === 200
      },
      60_000,
    )
    t.same(
      [...seen].filter((one) => one !== 200 && one !== 503),
      [],
      `200 and 503 only: ${[...seen].join()}`,
    )
    const make = async () => {
      const made = await fetch(`${base}/api/v1/members`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token.trim()}`, 'content-type': 'application/json' },
        body: JSON.stringify({ firstName: 'After', lastName: 'All' }),
      })
      return made.status
    }
    // A change uses more connections than a look-up: one that died may be met once more, and is told with 503.
    const tried: number[] = []
    await until('changes are made again', async () => tried.push(await make()) > 0 && tried.at(-1) === 201, 30_000)
    t.same(
      tried.slice(0, -1).filter((one) => one !== 503),
      [],
      `nothing but 503 before: ${tried.join()}`,
    )
    t.equal(
      ((await (await ask('/api/v1/members?lastName=All&total=true')).json()) as { page: { total: number } }).page.total,
      1,
      'and each once',
    )
  },
)
