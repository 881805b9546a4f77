/**
 * Requests a second against a bare Fastify and pg program that runs the same SQL: list, get by id, create, search, on one
 * database of 100,000 members in ten organisations, in turns. The ratio counts; single numbers are the machine's. Where
 * others use the machine too, the ratio of processor time, of program and database together, is the steadier one.
 */
import { randomUUID } from 'node:crypto'
import autocannon from 'autocannon'
import { QueryTypes } from 'sequelize'
import { createLog } from '#core/http/index.ts'
import { serve } from '#core/serve.ts'
import { type Ground, prepareGround } from './ground.ts'
import { median, type Started, start } from './processes.ts'
import { parentOf, secondsOf, secondsOfFamily } from './processor-time.ts'
import { recordStatements } from './statements.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const seconds = Number(process.env.BENCH_SECONDS ?? 4)
const wanted: Record<string, number> = { list: 0.5, get: 0.35, create: 0.3, search: 0.3 }

type Request = { method: 'GET' | 'POST'; path: string; body?: string }
type Load = (n: number) => Request

interface Rate {
  /** Requests a second. */
  readonly speed: number
  /** Microseconds of processor time a request. */
  readonly program: number
  readonly database: number
}

async function rate({ address, process }: Started, postmaster: number, load: Load, token?: string): Promise<Rate> {
  let n = 0
  const before = { program: secondsOf(process.pid!), database: secondsOfFamily(postmaster) }
  const result = await autocannon({
    url: address,
    connections: 10,
    duration: seconds,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    requests: [{ setupRequest: (request) => ({ ...request, ...load(n++) }) }],
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${address}: ${result.non2xx} answers were not 2xx, ${result.errors} errors`)
  const each = (seconds: number) => (1e6 * seconds) / result.requests.total
  return {
    speed: result.requests.average,
    program: each(secondsOf(process.pid!) - before.program),
    database: each(secondsOfFamily(postmaster) - before.database),
  }
}

export async function api(): Promise<void> {
  const ground = await prepareGround()
  try {
    await measure(ground)
  } finally {
    await ground.close()
  }
}

async function measure(ground: Ground): Promise<void> {
  const organizations = []
  for (let n = 1; n <= 10; n++) organizations.push(await ground.organization(`bench-${n}`, 10_000))
  const { id: tenantId, token } = organizations[4]!
  const actor = { kind: 'system', reason: 'benchmark' } as const
  const rows = await ground.platform.runtime.units.run({ tenantId, actor, reading: true }, (tx) =>
    tx.query<{ id: string }>('SELECT id FROM members.member WHERE tenant_id = $1 ORDER BY id LIMIT 2000', [tenantId]),
  )
  const ids = rows.map(({ id }) => id)

  const sample = { id: ids[0]!, mark: `mark-${process.pid}` }
  const member = (mark: string) =>
    JSON.stringify({ firstName: 'New', lastName: 'Member', email: `${mark}@example.org`, joinedOn: '2026-01-01' })
  const paths = {
    list: '/members?status=active&sort=lastName&limit=25',
    search: '/members?search=meyer%20anna3&limit=25',
  }
  const task = await statementsOf(ground, token, sample, paths, member)

  const platform = await start('./served.ts', { env: servedEnvironment(ground) })
  const bare = await start('./bare.ts', { input: JSON.stringify({ ...task, url: ground.ownerUrl, sample }) })
  const operations: Record<string, { ours: Load; bare: Load }> = {
    list: {
      ours: () => ({ method: 'GET', path: `/api/v1${paths.list}` }),
      bare: () => ({ method: 'GET', path: '/list' }),
    },
    get: {
      ours: (n) => ({ method: 'GET', path: `/api/v1/members/${ids[n % ids.length]}` }),
      bare: (n) => ({ method: 'GET', path: `/get/${ids[n % ids.length]}` }),
    },
    create: {
      ours: (n) => ({ method: 'POST', path: '/api/v1/members', body: member(`ours-${n}-${randomUUID()}`) }),
      bare: (n) => ({ method: 'POST', path: '/create', body: member(`bare-${n}`) }),
    },
    search: {
      ours: () => ({ method: 'GET', path: `/api/v1${paths.search}` }),
      bare: () => ({ method: 'GET', path: '/search' }),
    },
  }
  console.log(`rounds ${rounds} of ${seconds} s, 10 connections, medians\n`)
  console.log('                                             us of processor time a request')
  console.log('operation   bare/s   ours/s   ratio   wanted   bare    ours (program + database)   ratio')
  const [row] = await ground.platform.runtime.database.platform.query<{ pid: number }>(
    'SELECT pg_backend_pid() AS pid',
    { type: QueryTypes.SELECT },
  )
  const postmaster = parentOf(row!.pid)
  for (const [name, load] of Object.entries(operations)) {
    const figures = { bare: [] as Rate[], ours: [] as Rate[] }
    await rate(platform, postmaster, load.ours, token)
    await rate(bare, postmaster, load.bare)
    for (let round = 0; round < rounds; round++) {
      figures.bare.push(await rate(bare, postmaster, load.bare))
      figures.ours.push(await rate(platform, postmaster, load.ours, token))
    }
    const of = (rates: readonly Rate[], value: (one: Rate) => number) => median(rates.map(value))
    const whole = ({ program, database }: Rate) => program + database
    const ratio = (value: (one: Rate, bare: Rate) => number) =>
      median(figures.ours.map((one, round) => value(one, figures.bare[round]!))).toFixed(2)
    const cells = [
      of(figures.bare, ({ speed }) => speed)
        .toFixed(0)
        .padStart(6),
      of(figures.ours, ({ speed }) => speed)
        .toFixed(0)
        .padStart(8),
      ratio((ours, its) => ours.speed / its.speed).padStart(7),
      String(wanted[name]).padStart(8),
      of(figures.bare, whole).toFixed(0).padStart(6),
      of(figures.ours, whole).toFixed(0).padStart(7),
      `(${of(figures.ours, ({ program }) => program).toFixed(0)} + ${of(figures.ours, ({ database }) => database).toFixed(0)})`.padEnd(
        22,
      ),
      ratio((ours, its) => whole(its) / whole(ours)),
    ]
    console.log(`${name.padEnd(10)} ${cells.join(' ')}`)
  }
  await platform.stop()
  await bare.stop()
}

export const servedEnvironment = (ground: Ground): NodeJS.ProcessEnv => ({
  GUILDHALL_DATA_DIR: ground.dataDir,
  LOG_LEVEL: 'info',
  NODE_ENV: 'production',
  FRONTEND_URL: 'https://bench.example.org',
  RATE_LIMIT_PER_ADDRESS: '1000000000',
  RATE_LIMIT_PER_PRINCIPAL: '1000000000',
})

/** Serves once in this process and looks at what each operation sends. */
async function statementsOf(
  ground: Ground,
  token: string,
  sample: { id: string; mark: string },
  paths: { list: string; search: string },
  member: (mark: string) => string,
) {
  const serving = await serve({ ...ground.platform, close: async () => {} }, createLog({ level: 'error' }))
  const { rw } = ground.platform.runtime.database
  const call = (method: 'GET' | 'POST', url: string, payload?: string) =>
    recordStatements(rw, async () => {
      const { statusCode, body } = await serving.app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { authorization: `Bearer ${token}`, ...(payload ? { 'content-type': 'application/json' } : {}) },
        ...(payload ? { payload } : {}),
      })
      if (statusCode >= 300) throw new Error(`${method} ${url}: ${statusCode} ${body}`)
    })
  const main = (statements: Awaited<ReturnType<typeof call>>) =>
    statements.findLast(({ sql }) => /members\.member/.test(sql))!
  await call('GET', paths.list)
  const list = main(await call('GET', paths.list))
  const search = main(await call('GET', paths.search))
  const get = main(await call('GET', `/members/${sample.id}`))
  const create = main(await call('POST', '/members', member(sample.mark)))
  await serving.stop()
  return { list, search, get, create }
}
