import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import t, { type Test } from 'tap'
import { startEmbedded } from '#core/database/embedded/index.ts'

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0)
    return !/\) Z/.test(process.platform === 'linux' ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '')
  } catch {
    return false
  }
}

/** Removed after the server in it has been stopped: teardowns run last first. */
function folder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'guildhall-embedded-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>> {
  const client = new Client({ connectionString: url, application_name: 'guildhall test' })
  await client.connect()
  const { rows } = await client.query(sql).finally(() => client.end())
  return rows?.[0]
}

/** Another process on the same data folder: prints what it got, ends cleanly when its input ends. */
async function neighbour(t: Test, dataDir: string) {
  const program = `
    import { startEmbedded } from '#core/database/embedded/index.ts'
    const server = await startEmbedded({ dataDir: process.argv[1], volatile: true })
    console.log(JSON.stringify({ pid: server.pid, url: server.url }))
    process.stdin.on('end', () => server.stop()).resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const [line] = await once(createInterface(child.stdout), 'line')
  const { pid, url } = JSON.parse(line) as { pid: number; url: string }
  const ended = once(child, 'exit')
  const leave = () => {
    child.stdin.end()
    return ended
  }
  return { child, pid, url, ended, leave }
}

t.test('a database of its own: PostgreSQL 18, UTF-8, scram, loopback only, no Unix socket', async (t) => {
  const dataDir = folder(t)
  const abandoned = join(dataDir, '.postgres.99999999.killed')
  mkdirSync(abandoned)
  const server = await startEmbedded({ dataDir, volatile: true })
  t.teardown(() => server.stop())
  t.notOk(existsSync(abandoned), 'what a killed start left is cleared away')
  const row = await ask(
    server.url,
    `SELECT current_setting('server_version_num')::int / 10000 AS version, current_database() AS db,
      pg_encoding_to_char(encoding) AS encoding, lower('É') AS lower, inet_server_addr()::text AS address,
      current_setting('listen_addresses') AS listens, current_setting('unix_socket_directories') AS sockets,
      (SELECT count(*)::int FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256') AS weak
     FROM pg_database WHERE datname = current_database()`,
  )
  t.match(row, {
    version: 18,
    db: 'guildhall',
    encoding: 'UTF8',
    lower: 'é',
    address: '127.0.0.1',
    listens: '127.0.0.1',
    sockets: '',
    weak: 0,
  })
  t.equal(statSync(join(dataDir, 'postgres', 'password')).mode & 0o777, 0o600)
  await t.rejects(ask(server.url, `SELECT 'canary-7f3a'::uuid`))
  const log = readFileSync(join(dataDir, 'postgres', 'server.log'), 'utf8')
  t.notMatch(log, 'canary-7f3a', 'what fails for its clients is personal data, and not logged')
  const wrong = server.url.replace(/:[^:@]+@/, ':wrong@')
  await t.rejects(ask(wrong, 'SELECT 1'), { code: '28P01' })
  await t.resolves(ask(server.url, 'CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm; CREATE EXTENSION ltree'))
})

t.test('what was committed is there after a restart, and the server goes with its last user', async (t) => {
  const dataDir = folder(t)
  const first = await startEmbedded({ dataDir, volatile: true })
  t.teardown(() => first.stop())
  await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  const second = await startEmbedded({ dataDir, volatile: true })
  t.teardown(() => second.stop())
  t.equal(second.pid, first.pid, 'one server for both')
  await first.stop()
  t.ok(isRunning(second.pid), 'not stopped under the other')
  await second.stop()
  t.notOk(isRunning(first.pid))
  t.notOk(existsSync(join(dataDir, 'postgres', 'data', 'postmaster.pid')))
  const third = await startEmbedded({ dataDir, volatile: true })
  t.teardown(() => third.stop())
  t.strictSame(await ask(third.url, 'SELECT answer FROM kept'), { answer: 42 })
})

t.test('processes that start at once share one server, and it ends when the last leaves', async (t) => {
  const dataDir = folder(t)
  const all = await Promise.all([neighbour(t, dataDir), neighbour(t, dataDir), neighbour(t, dataDir)])
  const [{ pid }] = all
  t.strictSame(
    all.map((one) => one.pid),
    [pid, pid, pid],
  )
  await Promise.all(all.map((one) => one.leave()))
  t.notOk(isRunning(pid), 'all left at the same moment, and still somebody was the last')
})

t.test('a process killed with -9 leaves a server the next start takes over', async (t) => {
  const dataDir = folder(t)
  const crashed = await neighbour(t, dataDir)
  await ask(crashed.url, 'CREATE TABLE kept AS SELECT 1 AS n')
  crashed.child.kill('SIGKILL')
  await crashed.ended
  const next = await startEmbedded({ dataDir, volatile: true })
  t.teardown(() => next.stop())
  t.equal(next.pid, crashed.pid)
  t.strictSame(await ask(next.url, 'SELECT n FROM kept'), { n: 1 })
  await next.stop()
  t.notOk(isRunning(crashed.pid))
})

t.test('a server killed with -9 comes back on its port with what was committed', async (t) => {
  const said: string[] = []
  const back = Promise.withResolvers<void>()
  const log = { warn: (message: string) => said.push(message), info: () => back.resolve() }
  const dataDir = folder(t)
  chmodSync(dataDir, 0o711)
  const server = await startEmbedded({ dataDir, log })
  t.teardown(() => server.stop())
  await ask(server.url, 'CREATE TABLE kept AS SELECT 1 AS n')
  const { pid, url } = server
  process.kill(pid, 'SIGKILL')
  const awake = setInterval(() => {}, 1000) // as the HTTP server of the platform keeps the process going
  t.teardown(() => clearInterval(awake))
  await back.promise
  t.not(server.pid, pid)
  t.equal(server.url, url)
  t.strictSame(await ask(url, 'SELECT n FROM kept'), { n: 1 })
  t.match(said, ['The embedded database went away; starting it again.'])
})

t.test('a stale pid file whose number a process of the same account has now does not stop the start', async (t) => {
  const dataDir = folder(t)
  const first = await startEmbedded({ dataDir, volatile: true })
  t.teardown(() => first.stop())
  const file = join(dataDir, 'postgres', 'data', 'postmaster.pid')
  const stale = readFileSync(file, 'utf8')
  const { uid, gid } = statSync(file)
  await first.stop()
  // Not our own process: PostgreSQL knows that a parent of its own is no server.
  const stranger = spawn('sleep', ['600'], { ...(process.getuid?.() === 0 && { uid, gid }), stdio: 'ignore', cwd: '/' })
  t.teardown(() => stranger.kill('SIGKILL'))
  await once(stranger, 'spawn')
  writeFileSync(file, stale.replace(/^\d+/, String(stranger.pid)))
  const second = await startEmbedded({ dataDir, volatile: true })
  t.teardown(() => second.stop())
  t.not(second.pid, stranger.pid)
  t.strictSame(await ask(second.url, 'SELECT 1 AS n'), { n: 1 })
})

t.test(
  'root whose server cannot enter the data folder keeps the cluster outside',
  { skip: process.getuid?.() !== 0 },
  async (t) => {
    const dataDir = folder(t) // 0700 and root's
    const first = await startEmbedded({ dataDir })
    t.teardown(() => first.stop())
    const record = join(dataDir, 'postgres.path')
    const outside = readFileSync(record, 'utf8').trim()
    t.teardown(() => rmSync(outside, { recursive: true, force: true }))
    await ask(first.url, 'CREATE TABLE kept AS SELECT 1 AS n')
    await first.stop()
    t.notOk(existsSync(join(dataDir, 'postgres')))
    t.match(statSync(outside), { mode: 0o40700 })
    const second = await startEmbedded({ dataDir })
    t.teardown(() => second.stop())
    t.strictSame(await ask(second.url, 'SELECT n FROM kept'), { n: 1 }, 'the second start finds it')
    await second.stop()
    rmSync(record)
    const afresh = await startEmbedded({ dataDir })
    t.teardown(() => rmSync(readFileSync(record, 'utf8').trim(), { recursive: true, force: true }))
    t.teardown(() => afresh.stop())
    t.not(readFileSync(record, 'utf8').trim(), outside, 'a data folder emptied by hand starts afresh')
  },
)

t.test('a start that cannot work says where the reason stands', async (t) => {
  const dataDir = folder(t)
  const first = await startEmbedded({ dataDir, volatile: true })
  await first.stop()
  rmSync(join(dataDir, 'postgres', 'data', 'global'), { recursive: true })
  await t.rejects(startEmbedded({ dataDir, volatile: true }), {
    message: /does not start. It says why in .*server.log/,
  })
})
