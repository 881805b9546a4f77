/**
 * 100,000 rows from CSV over the API, plan and apply together, against a bare COPY of the same file into a bare table
 * with the same indexes. At most 12 times, and at most 150 MB more memory in the server.
 */
import { createReadStream, openAsBlob, readFileSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { servedEnvironment } from './api.ts'
import { type Ground, prepareGround } from './ground.ts'
import { type Started, start } from './processes.ts'

const rows = Number(process.env.BENCH_ROWS ?? 100_000)
const columns = [
  'external_id',
  'first_name',
  'last_name',
  'email',
  'phone',
  'birthday',
  'gender',
  'joined_on',
  'city',
  'tags',
]

export async function importing(): Promise<void> {
  const ground = await prepareGround()
  try {
    const { token } = await ground.organization('import', 0)
    const file = await writeFile(ground.dataDir)
    const copyMs = await bareCopy(ground, file)
    const platform = await start('./served.ts', { env: { ...servedEnvironment(ground), LOG_LEVEL: 'error' } })
    const { planMs, applyMs, growth } = await importFile(platform, token, file)
    await platform.stop()
    const ratio = (planMs + applyMs) / copyMs
    console.log(`${rows} rows, ${((await stat(file)).size / 1e6).toFixed(1)} MB`)
    console.log(
      `bare COPY ${copyMs.toFixed(0)} ms   plan ${planMs.toFixed(0)} ms   apply ${applyMs.toFixed(0)} ms   ratio ${ratio.toFixed(1)} (wanted: at most 12)`,
    )
    console.log(`memory growth ${growth.toFixed(0)} MB (wanted: at most 150)`)
  } finally {
    await ground.close()
  }
}

async function writeFile(folder: string): Promise<string> {
  const path = join(folder, 'members.csv')
  const file = await open(path, 'w')
  await file.write(`${columns.join(',')}\n`)
  for (let n = 0; n < rows; n += 1_000) {
    const lines = Array.from({ length: Math.min(1_000, rows - n) }, (_, i) => line(n + i))
    await file.write(lines.join(''))
  }
  await file.close()
  return path
}

const line = (n: number): string => {
  const name = (n * 7919) % 100_003
  const day = (base: number, span: number) => new Date(base + (n % span) * 86_400_000).toISOString().slice(0, 10)
  return `B${n},First${n % 977},Last${name},b${n}@example.org,+49151${String(n).padStart(8, '0')},${day(0, 12_000)},${n % 2 ? 'female' : 'male'},${day(1e12, 6_000)},Town ${n % 400},tag${n % 7}\n`
}

/** The members table without constraints, keys and triggers of ours, but with every index it has. */
async function bareCopy(ground: Ground, file: string): Promise<number> {
  const client = new pg.Client({ connectionString: ground.ownerUrl })
  await client.connect()
  try {
    await client.query(
      `CREATE SCHEMA bare; CREATE TABLE bare.member (LIKE members.member INCLUDING DEFAULTS INCLUDING INDEXES INCLUDING GENERATED)`,
    )
    await client.query(`ALTER TABLE bare.member ALTER tenant_id SET DEFAULT '00000000-0000-0000-0000-000000000001', ALTER id SET DEFAULT gen_random_uuid(),
      ALTER display_name SET DEFAULT '', ALTER search SET DEFAULT '', ALTER name_key SET DEFAULT ''`)
    await client.query(
      'ALTER TABLE bare.member ADD external_id text, ADD tag_list text; CREATE INDEX ON bare.member (tenant_id, external_id)',
    )
    const target = `bare.member (external_id, first_name_key, last_name_key, email_key, phone_key, birthday, gender, joined_on, city_key, tag_list)`
    const from = performance.now()
    await copyFrom(client, `COPY ${target} FROM STDIN WITH (FORMAT csv, HEADER)`, file)
    return performance.now() - from
  } finally {
    await client.query('DROP SCHEMA IF EXISTS bare CASCADE')
    await client.end()
  }
}

interface Wire {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** COPY FROM STDIN with what pg offers: a query object that answers the copy messages. */
function copyFrom(client: pg.Client, sql: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const noop = () => {}
    const query = {
      submit: (connection: Wire) => connection.query(sql),
      handleCopyInResponse: async (connection: Wire) => {
        for await (const chunk of createReadStream(file, { highWaterMark: 262_144 }))
          connection.sendCopyFromChunk(chunk as Buffer)
        connection.endCopyFrom()
      },
      handleCommandComplete: noop,
      handleReadyForQuery: () => resolve(),
      handleError: (error: Error) => reject(error),
      handleRowDescription: noop,
      handleDataRow: noop,
      callback: noop,
    }
    client.query(query as never)
  })
}

const memory = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

async function importFile(platform: Started, token: string, file: string) {
  const headers = { authorization: `Bearer ${token}` }
  const api = `${platform.address}/api/v1/imports`
  const pid = platform.process.pid!
  // One answer first, so that what every server loads does not count as growth.
  await fetch(`${platform.address}/api/v1/members`, { headers })
  const before = memory(pid)
  let peak = before
  const until = async (id: string, states: readonly string[]) => {
    for (;;) {
      const answer = (await (await fetch(`${api}/${id}`, { headers })).json()) as { state: string; hash: string }
      peak = Math.max(peak, memory(pid))
      if (states.includes(answer.state)) return answer
      if (['failed', 'cancelled'].includes(answer.state)) throw new Error(JSON.stringify(answer))
      await pause(50)
    }
  }
  const form = new FormData()
  form.set('into', 'members')
  form.set('file', await openAsBlob(file), 'members.csv')
  const planFrom = performance.now()
  const upload = await fetch(api, { method: 'POST', headers, body: form })
  const { id } = (await upload.json()) as { id: string }
  if (!upload.ok || !id) throw new Error(`upload: ${upload.status}`)
  const { hash } = await until(id, ['planned'])
  const applyFrom = performance.now()
  const apply = await fetch(`${api}/${id}/apply`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ hash }),
  })
  if (!apply.ok) throw new Error(`apply: ${apply.status} ${await apply.text()}`)
  await until(id, ['applied'])
  return { planMs: applyFrom - planFrom, applyMs: performance.now() - applyFrom, growth: peak - before }
}
