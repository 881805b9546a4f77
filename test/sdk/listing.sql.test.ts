import { binder, compileFilter, pageQuery, parseListQuery, toPage } from '@guildhall/sdk'
import fc from 'fast-check'
import pg from 'pg'
import { type Test, test } from 'tap'
import { createTestDatabase } from '#core/testing/database.ts'
import { fill, filters, type Person, people, register, schema, tenantId } from './listing.people.ts'

async function database(t: Test): Promise<pg.Client> {
  const { ownerUrl, drop } = await createTestDatabase([])
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  t.teardown(async () => {
    await client.end()
    await drop()
  })
  await client.query(schema)
  return client
}

async function hold(client: pg.Client, rows: readonly Person[]): Promise<void> {
  await client.query('TRUNCATE person, tag')
  await client.query(fill, [JSON.stringify(rows)])
}

test('SQL and predicate find the same people', async (t) => {
  const client = await database(t)
  await fc.assert(
    fc.asyncProperty(register, fc.array(filters, { minLength: 1, maxLength: 10 }), async (rows, several) => {
      await hold(client, rows)
      for (const filter of several) {
        const compiled = compileFilter(people, filter)
        const { bind, values } = binder()
        const found = await client.query(`SELECT id FROM person p WHERE ${compiled.sql(bind)} ORDER BY id`, values)
        const expected = rows.filter((row) => compiled.test(row)).map((row) => row.id)
        if (found.rows.map((row) => row.id).join() !== expected.join()) return false
      }
      return true
    }),
    { numRuns: 100 },
  )
  t.pass()
})

const sorts = [
  'lastName',
  '-lastName',
  'createdAt,-joinedOn',
  '-createdAt,joinedOn,logins',
  'lastName,-logins,joinedOn',
  '-lastName,-logins',
]

test('the pages of a list are the whole list, each row once, whatever the sort', async (t) => {
  const client = await database(t)
  const run = async (query: Record<string, unknown>) => {
    const plan = pageQuery(people, parseListQuery(people, query), { select: 'p.id', from: 'person p', tenantId })
    return toPage<{ id: string }>(plan, (await client.query(plan.text, [...plan.values])).rows)
  }
  await fc.assert(
    fc.asyncProperty(register, fc.constantFrom(...sorts), fc.integer({ min: 1, max: 5 }), async (rows, sort, limit) => {
      await hold(client, rows)
      const seen: string[] = []
      let cursor: string | undefined
      for (let pages = 0; pages <= rows.length && (pages === 0 || cursor); pages++) {
        const { items, page } = await run({ sort, limit, archived: 'false', cursor })
        seen.push(...items.map((item) => item.id))
        cursor = page.nextCursor ?? undefined
      }
      const whole = await run({ sort, limit: 200, archived: 'false' })
      const listed = rows.filter((row) => !row.archived).map((row) => row.id)
      return (
        seen.join() === whole.items.map((item) => item.id).join() && seen.toSorted().join() === listed.toSorted().join()
      )
    }),
    { numRuns: 100 },
  )
  t.pass()
})
