import { deepEqual } from 'node:assert/strict'
import { groupPath, type Reach, reachSql } from '@guildhall/sdk'
import fc from 'fast-check'
import pg from 'pg'
import t from 'tap'
import { check, compile, reach } from '#core/permissions/index.ts'
import { createEmptyDatabase } from '#core/testing/database.ts'
import { me, permissions, world } from './tree-model.ts'

const database = await createEmptyDatabase()
const client = new pg.Client({ connectionString: database.ownerUrl })
await client.connect()
t.teardown(async () => {
  await client.end()
  await database.drop()
})
// A second column under a collation that passes over punctuation: the condition brings its own along.
await client.query('CREATE TABLE stands (path text COLLATE "C", unsorted text COLLATE "und-x-icu", member text)')
await client.query('CREATE INDEX stands_path ON stands (path)')

function condition(reach: Reach, pathColumn: string, selfColumn?: string) {
  const values: string[] = []
  const bind = (value: string) => `$${values.push(value)}`
  return { sql: reachSql(reach, { pathColumn, bind, ...(selfColumn && { selfColumn }) }), values }
}

async function selected(reach: Reach, pathColumn: string): Promise<string[]> {
  const { sql, values } = condition(reach, pathColumn)
  const { rows } = await client.query<{ path: string }>(`SELECT path FROM stands WHERE ${sql}`, values)
  return rows.map(({ path }) => path).sort()
}

t.test('PostgreSQL selects the rows that checks allow', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (world) => {
      const paths = ['', ...world.nodes.map(({ path }) => path)]
      await client.query('TRUNCATE stands')
      await client.query('INSERT INTO stands SELECT path, path FROM unnest($1::text[]) AS p (path)', [paths])
      const compiled = compile(world.input)
      for (const permission of permissions) {
        const allowed = paths.filter((path) => check(compiled, permission, path)).sort()
        const reached = reach(compiled, permission)
        deepEqual(await selected(reached, 'path'), allowed)
        deepEqual(await selected(reached, 'unsorted'), allowed)
      }
    }),
    { numRuns: 60 },
  )
})

t.test('a row without a group is reached everywhere or as the own record only', async (t) => {
  await client.query('TRUNCATE stands')
  await client.query('INSERT INTO stands (member) VALUES ($1), ($2)', [me, 'another'])
  const members = async (reach: Reach) => {
    const { sql, values } = condition(reach, 'path', 'member')
    const { rows } = await client.query<{ member: string }>(`SELECT member FROM stands WHERE ${sql} ORDER BY 1`, values)
    return rows.map(({ member }) => member)
  }
  t.same(await members({ everywhere: true }), [me, 'another'])
  t.same(await members({ everywhere: false, places: [{ path: '', extent: 'layer' }], self: me }), [me])
  t.same(await members({ everywhere: false, places: [], self: me }), [me])
  t.same(await members({ everywhere: false, places: [], self: null }), [])
})

t.test('what stands below a group is a range of the index', async (t) => {
  await client.query('TRUNCATE stands')
  const id = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
  const root = groupPath('', id(0), true)
  const paths = Array.from({ length: 5000 }, (_, n) => groupPath(root, id(n + 1), n % 2 === 0))
  await client.query('INSERT INTO stands SELECT path, path FROM unnest($1::text[]) AS p (path)', [paths])
  await client.query('ANALYZE stands')
  for (const extent of ['group', 'layer', 'below'] as const) {
    const { sql, values } = condition({ everywhere: false, places: [{ path: paths[7]!, extent }], self: null }, 'path')
    const plan = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN SELECT path FROM stands WHERE ${sql}`, values)
    t.match(plan.rows.map((row) => row['QUERY PLAN']).join('\n'), /Index Cond/, extent)
  }
})
