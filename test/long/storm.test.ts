import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import t from 'tap'
import { MovableClock } from '#core/clock.ts'
import { connectDatabase, databaseUrls } from '#core/database/connections.ts'
import { UnitsOfWork } from '#core/database/index.ts'
import { startTestPlatform } from '#core/testing/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { Club } from '../isolation/club.ts'
import { listening, storm } from '../isolation/storm.ts'
import { notesPlugin } from '../support/notes-plugin.ts'
import { until } from '../support/until.ts'

t.setTimeout(600_000)

t.test('a longer storm, with seeds of its own', async (t) => {
  await using platform = await startTestPlatform({ plugins: [...bundledPlugins, notesPlugin()], pool: 2 })
  const base = await listening(platform)
  const [one, two] = [await Club.found(platform, 'alphaword'), await Club.found(platform, 'omegaword')]
  const side = ({ word, owner: client, tenant }: Club) => ({ word, client, tenantId: tenant.id })
  for (let i = 0; i < 5; i++) {
    const seed = (Date.now() + i) % 2 ** 31
    const { wrong } = await storm(base, [side(one), side(two)], { seed, requests: 500, atOnce: 20 })
    t.same(wrong, [], `STORM_SEED=${seed}`)
  }
})

const bouncer = spawnSync('pgbouncer', ['--version']).status === 0
const told = 'There is no pgbouncer on PATH: units of work through a transaction pooler are not tried.'
if (!bouncer) process.stderr.write(`${told}\n`)

t.test(
  'units of work of two organisations share one connection of a transaction pooler',
  { skip: bouncer ? false : told },
  async (t) => {
    await using platform = await startTestPlatform()
    const [one, two] = [await platform.tenant('One'), await platform.tenant('Two')]
    const folder = await mkdtemp(join(tmpdir(), 'guildhall-pgbouncer-'))
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as { port: number }
    probe.close()
    await once(probe, 'close')
    const direct = new URL(platform.runtime.database.urls.rw)
    await writeFile(
      join(folder, 'users.txt'),
      `"${decodeURIComponent(direct.username)}" "${decodeURIComponent(direct.password)}"\n`,
      { mode: 0o644 },
    )
    await writeFile(
      join(folder, 'pgbouncer.ini'),
      `[databases]\n* = host=${direct.hostname} port=${direct.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = ${join(folder, 'users.txt')}\npool_mode = transaction\ndefault_pool_size = 1\n`,
    )
    const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
    const server = spawn('pgbouncer', [...user, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' })
    t.teardown(async () => {
      if (server.exitCode === null) {
        server.kill('SIGTERM')
        await once(server, 'exit')
      }
      await rm(folder, { recursive: true, force: true })
    })
    await until('pgbouncer listens', () => accepts(port))
    const pooled = new URL(direct)
    pooled.hostname = '127.0.0.1'
    pooled.port = String(port)
    const urls = {
      ...databaseUrls({ ownerUrl: platform.ownerUrl, masterKey: Buffer.alloc(32) }),
      rw: pooled.href,
      platform: platform.runtime.database.urls.platform,
    }
    const database = connectDatabase(urls, { rw: 8, platform: 1 })
    t.teardown(() => database.close())
    const units = new UnitsOfWork({ sequelize: database.rw, writeEffects: async () => [], clock: new MovableClock() })
    const seen = await Promise.all(
      Array.from({ length: 400 }, async (_, i) => {
        const tenant = i % 2 === 0 ? one : two
        const rows = await units.run(
          { tenantId: tenant.id, actor: { kind: 'system', reason: 'test' }, reading: true },
          (tx) => tx.query<{ id: string }>('SELECT id FROM core.tenant'),
        )
        return rows.length === 1 && rows[0]?.id === tenant.id
      }),
    )
    t.notOk(seen.includes(false), 'each unit sees its own organisation and no other')
    const stranger = new pg.Client({ connectionString: pooled.href })
    await stranger.connect()
    t.equal((await stranger.query('SELECT id FROM core.tenant')).rowCount, 0, 'nothing is left behind for the next')
    await stranger.end()
  },
)

function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = createConnection(port, '127.0.0.1')
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}
