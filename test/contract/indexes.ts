import pg from 'pg'
import type { TestPlatform } from '#core/testing/index.ts'
import { Club } from '../isolation/club.ts'
import { expectations } from '../isolation/expected/index.ts'
import { resolved } from '../isolation/matrix.ts'
import { connectOwner } from '../isolation/traces.ts'
import { signIn } from '../support/signed-in.ts'
import { crowd } from './crowd.ts'
import { type Document, documentOf, type Parameter } from './document.ts'

/** DOMAIN §1: every offered filter and sort is served by an index. Asked of PostgreSQL, as the serving role. */

interface Sent {
  readonly text: string
  readonly values: readonly unknown[]
}

/** Statements the serving role sends while `fn` runs. */
async function listenedIn(fn: () => Promise<void>): Promise<Sent[]> {
  type Query = (this: pg.Client, ...args: unknown[]) => unknown
  const prototype = pg.Client.prototype as unknown as { query: Query }
  const { query } = prototype
  const sent: Sent[] = []
  prototype.query = function (first, ...rest) {
    const { text, values } = (typeof first === 'string' ? { text: first, values: rest[0] } : first) as {
      text?: string
      values?: unknown
    }
    if (
      this.user?.endsWith('_rw') &&
      text &&
      /^\s*(SELECT|WITH)/.test(text) &&
      !/\b(INSERT INTO|FOR UPDATE)\b/.test(text)
    )
      sent.push({ text, values: Array.isArray(values) ? values : [] })
    return query.call(this, first, ...rest)
  }
  try {
    await fn()
  } finally {
    prototype.query = query
  }
  return sent
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly Plan[]
}

/** Rows that the scans of a plan looked at. */
function visited(plan: Plan): number {
  const {
    'Actual Loops': loops = 0,
    'Actual Rows': rows = 0,
    'Rows Removed by Filter': filtered = 0,
    'Rows Removed by Index Recheck': rechecked = 0,
  } = plan
  const own = plan['Relation Name'] ? (rows + filtered + rechecked) * loops : 0
  return own + (plan.Plans ?? []).reduce((sum, inner) => sum + visited(inner), 0)
}

/** Values that find little or nothing, so that whoever has no index has to look at everything. */
function rareValues(name: string, says: string): string[] {
  const [, op] = name.split('.')
  const values = /One of: ([^.]+)\./.exec(says)?.[1]?.split(', ')
  if (op === 'isNull') return ['true', 'false']
  if (values) return values
  const late = op === 'gt' || op === 'gte'
  const days = late ? ['2999-01-01', '2999-01-01T00:00:00Z'] : ['1801-01-01', '1801-01-01T00:00:00Z']
  const plain = [...days, '01890a5d-ac96-774b-bcce-b302099a8057', late ? '999999999' : '-5', 'true', 'zzzz-nobody']
  return op === 'between' ? plain.map((value) => `${value},${value}`) : plain
}

const sortKeys = ({ schema, description }: Parameter): string[] => {
  const [, leading = ''] = /Keys: ([^;.]*)/.exec(description ?? schema.description ?? '') ?? []
  return leading
    .split(', ')
    .filter(Boolean)
    .flatMap((one) => [one, `-${one}`])
}

/** Lists that a condition may read whole, and why. */
const short: Readonly<Record<string, string>> = {
  '/api/v1/organizations': 'asks the platform, not an organisation',
  '/api/v1/audit/export': 'is the list /audit to its end',
  '/api/v1/members/export': 'is the list /members to its end',
}

/** No index can serve it: who was a member on a day is computed from the periods of all. */
const computed = '/api/v1/members?at'
const noFilter = new Set(['limit', 'cursor', 'filter', 'total', 'include', 'search', 'tree', 'history'])

/** Queries of every list: each filter with values that find little, each sort. `at` gives a list's address its ids. */
export async function* queriesOf(
  document: Document,
  at: (path: string) => Promise<string | null>,
): AsyncGenerator<string> {
  for (const { method, path, parameters = [] } of document.operations) {
    if (method !== 'GET' || path in short || !parameters.some(({ name }) => name === 'cursor')) continue
    const address = await at(path)
    if (address === null) continue
    for (const one of parameters.filter((parameter) => parameter.in === 'query')) {
      if (noFilter.has(one.name) || `${path}?${one.name}` === computed) continue
      const plain = parameters.find(({ name }) => name === one.name.split('.')[0])
      const says = `${plain?.description ?? plain?.schema.description ?? ''} ${one.description ?? one.schema.description ?? ''}`
      for (const value of one.name === 'sort' ? sortKeys(one) : rareValues(one.name, says))
        yield `${address}?${one.name}=${encodeURIComponent(value)}`
    }
  }
}

/** What only together asks for much: whoever sits below a group, on a day of the past or of the future. */
function* queriesBelow(document: Document, rootId: string): Generator<string> {
  const path = '/api/v1/groups/{id}/members'
  const list = document.operations.find((one) => one.method === 'GET' && one.path === path)
  const address = `${path.replace('{id}', rootId)}?below=true`
  for (const more of ['at=1801-01-01', 'at=2999-01-01', 'history=true', 'role=zzzz-nobody']) yield `${address}&${more}`
  for (const key of sortKeys(list!.parameters!.find(({ name }) => name === 'sort')!)) yield `${address}&sort=${key}`
}

/** An address with ids of things that are there, as the isolation tests ask for it; null for one without. */
const addressIn = (club: Club) => async (path: string) => {
  const key = `GET ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
  if (!path.includes('{')) return path
  const row = expectations[key]
  if (!row) return null
  const sample = await resolved(row, (kind) => club.one(kind))
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(sample.path?.[name] ?? name))
}

/** Where a list goes on behind so many rows; null where it is shorter. */
async function cursorBehind(
  get: (url: string) => Promise<{ json(): { page?: { nextCursor: string | null } } }>,
  url: string,
  rows: number,
): Promise<string | null> {
  let cursor: string | null = null
  for (let passed = 0; passed <= rows; passed += 200) {
    const page = await get(`${url}&limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    cursor = page.json().page?.nextCursor ?? null
    if (cursor === null) return null
  }
  return cursor
}

/** Rows a page may look at: it counts what hangs on its rows too, some hundreds, whatever the size of the crowd. */
const allowed = 3_000

/**
 * @returns of each filter and sort the first query that looks at more than a page should, with how many rows; milliseconds of filling
 */
export async function unserved(
  platform: TestPlatform,
  size: number,
): Promise<{ found: string[]; asked: number; filledIn: number }> {
  const club = await Club.found(platform, 'crowded')
  for (const kind of [
    'member',
    'household',
    'invitation',
    'import',
    'plan',
    'membership',
    'group',
    'grant',
    'apiToken',
    'serviceAccount',
    'seat',
    'registration',
    'bulkOperation',
    'botRun',
    'mail',
    'suppression',
  ] as const)
    await club.one(kind)
  const reader = await signIn(club.tenant, 'reader@crowd.example')
  const owner = await connectOwner(platform.ownerUrl)
  await owner.query(
    `INSERT INTO email.notification (tenant_id, id, user_id, alert_id, kind, severity, title, created_at, updated_at)
     VALUES ($1, gen_random_uuid(), $2, gen_random_uuid(), 'bots.failed', 'info', 'A bot failed', now(), now())`,
    [club.tenant.id, reader.userId],
  )
  await owner.query(
    `INSERT INTO bots.log (tenant_id, id, installation_id, run_id, level, message, at)
     SELECT tenant_id, gen_random_uuid(), installation_id, id, 'info', 'said', now() FROM bots.run WHERE tenant_id = $1`,
    [club.tenant.id],
  )
  const serving = new pg.Client({ connectionString: platform.runtime.database.urls.rw })
  await serving.connect()
  try {
    const began = performance.now()
    await crowd(owner, club.tenant.id, size)
    const filledIn = performance.now() - began
    const found: string[] = []
    const told = new Set<string>()
    const known = new Set<string>()
    let asked = 0
    // Only a person has an inbox.
    const get = (url: string) => (url.includes('/notifications') ? reader.client : club.owner).get(url)
    const ask = async (url: string, name: string) => {
      if (told.has(name)) return
      const sent = await listenedIn(async () => {
        const { statusCode } = await get(url)
        if (statusCode === 200) asked++
      })
      for (const { text, values } of sent) {
        // Look-ups of rights are the same each time.
        const same = `${text} ${JSON.stringify(values)}`
        if (known.has(same)) continue
        known.add(same)
        await serving.query(`BEGIN READ ONLY; SELECT set_config('app.tenant', '${club.tenant.id}', true)`)
        const { rows } = await serving.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
          [...values],
        )
        await serving.query('ROLLBACK')
        const looked = visited(rows[0]!['QUERY PLAN'][0].Plan)
        if (looked <= allowed || told.has(name)) continue
        told.add(name)
        found.push(`${decodeURIComponent(name)} looks at ${looked} rows: ${text.replace(/\s+/g, ' ').slice(0, 200)}`)
      }
    }
    const document = await documentOf(club.owner)
    for await (const url of queriesOf(document, addressIn(club))) {
      if (!url.includes('?sort=')) {
        await ask(url, url.replace(/=.*/, ''))
        continue
      }
      await ask(url, url)
      const cursor = await cursorBehind(get, url, allowed)
      if (cursor !== null) await ask(`${url}&cursor=${encodeURIComponent(cursor)}`, `${url}&cursor`)
    }
    for (const url of queriesBelow(document, club.tenant.rootId)) await ask(url, url)
    return { found, asked, filledIn }
  } finally {
    await serving.end()
    await owner.end()
  }
}
