import {
  binder,
  compileFilter,
  defineListing,
  extendListing,
  type Filter,
  listQuery,
  pageQuery,
  parseListQuery,
  toPage,
} from '@guildhall/sdk'
import fc from 'fast-check'
import { test } from 'tap'
import { filters, id, type Person, people, register, tenantId } from './listing.people.ts'

/** The meaning of a filter, written a second time and differently: over sets of ids, with `not` as the complement. */
function matching(filter: Filter, rows: readonly Person[]): Set<string> {
  const all = new Set(rows.map((row) => row.id))
  const within = (set: Set<string>) => (one: string) => set.has(one)
  const keep = (test: (one: string) => boolean) => new Set([...all].filter(test))
  if ('and' in filter) {
    const parts = filter.and.map((part) => within(matching(part, rows)))
    return keep((one) => parts.every((test) => test(one)))
  }
  if ('or' in filter) return new Set(filter.or.flatMap((part) => [...matching(part, rows)]))
  if ('not' in filter) {
    const inside = within(matching(filter.not, rows))
    return keep((one) => !inside(one))
  }
  const { field, op, value } = filter as { field: keyof Person; op: string; value: never }
  if (op === 'ne') return matching({ not: { field, op: 'eq', value } }, rows)
  const form = (one: unknown): unknown =>
    field === 'createdAt' ? Date.parse(one as string) : field === 'lastName' ? String(one).toLowerCase() : one
  const hits = rows.filter((row) => {
    const own = row[field]
    if (op === 'isNull') return (own === null || (Array.isArray(own) && own.length === 0)) === value
    return (Array.isArray(own) ? own : own === null ? [] : [own]).some((one) => {
      const mine = form(one)
      if (op === 'in') return (value as unknown[]).map(form).includes(mine)
      if (op === 'startsWith') return (mine as string).indexOf(form(value) as string) === 0
      if (op === 'between') return order(mine, form(value[0])) >= 0 && order(mine, form(value[1])) <= 0
      const c = order(mine, form(value))
      return { eq: c === 0, has: c === 0, lt: c < 0, lte: c <= 0, gt: c > 0, gte: c >= 0 }[op]
    })
  })
  return new Set(hits.map((row) => row.id))
}
/** Bytes of UTF-8, as the database compares under COLLATE "C". */
const order = (a: unknown, b: unknown): number =>
  typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b as string)) : Number(a) - Number(b)

test('the predicate means what the filter says', async (t) => {
  fc.assert(
    fc.property(register, filters, (rows, filter) => {
      const compiled = compileFilter(people, filter)
      const found = rows.filter((row) => compiled.test(row)).map((row) => row.id)
      const expected = matching(filter, rows)
      return found.length === expected.size && found.every((one) => expected.has(one))
    }),
    { numRuns: 2000 },
  )
  t.pass()
})

test('values travel as bind values, never as text of the statement', async (t) => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 3, unit: 'grapheme' }).filter((text) => !text.includes('\0')),
      (text) => {
        const { bind, values } = binder(['first'])
        const marked = `canary${text}`
        const sql = compileFilter(people, { not: { field: 'lastName', op: 'in', value: [marked] } }).sql(bind)
        return !sql.includes('canary') && sql.includes('$2') && values.length === 2
      },
    ),
  )
  t.pass()
})

test('what differs, and one of a single value, are asked as an index answers', async (t) => {
  const asked = (filter: Filter) => {
    const { bind, values } = binder()
    return [compileFilter(people, filter).sql(bind), ...values]
  }
  t.same(asked({ field: 'status', op: 'ne', value: 'active' }), [
    '(p.status = ANY($1::text[]))',
    ['pending', 'expired'],
  ])
  t.same(asked({ field: 'archived', op: 'ne', value: true }), ['(p.archived = $1::boolean)', false])
  t.same(asked({ field: 'joinedOn', op: 'ne', value: '2020-01-01' }), [
    '(p.joined_on < $1::date OR p.joined_on > $1::date OR p.joined_on IS NULL)',
    '2020-01-01',
  ])
  t.same(asked({ field: 'status', op: 'in', value: ['active'] }), ['(p.status = $1::text)', 'active'])
  const tags = { ...people.fields.tags!, firstColumn: 'p.first_tag' }
  const listing = extendListing(people, { fields: { tags } })
  t.equal(
    compileFilter(listing, { field: 'tags', op: 'isNull', value: true }).sql(binder().bind),
    '(p.first_tag IS NULL)',
  )
  t.equal(
    compileFilter(listing, { field: 'tags', op: 'isNull', value: false }).sql(binder().bind),
    '(p.first_tag IS NOT NULL)',
  )
})

test('every fault of a filter is named with its pointer', async (t) => {
  const filter = {
    and: [
      { field: 'nope', op: 'eq', value: 1 },
      { or: [{ field: 'email', op: 'gt', value: 'a' }, { not: { field: 'joinedOn', op: 'eq', value: '2023-02-29' } }] },
      { field: 'status', op: 'in', value: ['active', 'sleepy'] },
      { field: 'logins', op: 'between', value: [1] },
      { field: 'lastName', op: 'eq', value: 'x'.repeat(501) },
      { field: 'id', op: 'eq', value: "'; DROP" },
      { field: '__proto__', op: 'eq', value: 1 },
      { field: 'archived', op: 'eq', value: true, extra: 1 },
    ],
  }
  try {
    compileFilter(people, filter as unknown as Filter)
    t.fail('accepted')
  } catch (error) {
    t.match(error, { status: 400 })
    t.strictSame(
      (error as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer),
      [
        '/and/0/field',
        '/and/1/or/0/op',
        '/and/1/or/1/not/value',
        '/and/2/value/1',
        '/and/3/value',
        '/and/4/value',
        '/and/5/value',
        '/and/6/field',
        '/and/7',
      ].map((p) => `/filter${p}`),
    )
  }
  let deep: unknown = { field: 'archived', op: 'eq', value: true }
  for (let i = 0; i < 10_000; i++) deep = { not: deep }
  t.throws(() => compileFilter(people, deep as Filter), { errors: [{ code: 'depth' }] })
  const wide = { or: Array.from({ length: 50_000 }, () => ({ field: 'archived', op: 'eq', value: true })) }
  t.throws(() => compileFilter(people, wide as Filter), { errors: [{ code: 'size' }] })
})

test('the short form is the same filter', async (t) => {
  const same = (query: Record<string, unknown>, filter: Filter) => {
    fc.assert(
      fc.property(register, (rows) => {
        const [short, long] = [parseListQuery(people, query).filter, compileFilter(people, filter)]
        return rows.every((row) => short.test(row) === long.test(row))
      }),
    )
  }
  same({ status: 'active,pending' }, { field: 'status', op: 'in', value: ['active', 'pending'] })
  same(
    { 'joinedOn.gte': '2020-02-29', archived: 'false' },
    {
      and: [
        { field: 'joinedOn', op: 'gte', value: '2020-02-29' },
        { field: 'archived', op: 'eq', value: false },
      ],
    },
  )
  same({ tags: 'a\\,b,red' }, { field: 'tags', op: 'in', value: ['a,b', 'red'] })
  same({ 'email.isNull': 'true' }, { field: 'email', op: 'isNull', value: true })
  same({ 'logins.between': '0,1' }, { field: 'logins', op: 'between', value: [0, 1] })
  same(
    { filter: '{"not":{"field":"archived","op":"eq","value":true}}', limit: 3 },
    { not: { field: 'archived', op: 'eq', value: true } },
  )
  t.pass()
})

test('a parameter that is wrong or unknown is refused with what is allowed', async (t) => {
  const refused = (query: Record<string, unknown>, pointer: string, message: RegExp) =>
    t.throws(
      () => parseListQuery(people, query),
      { status: 400, errors: [{ pointer, message, in: 'query' }] },
      JSON.stringify(query),
    )
  refused({ colour: 'red' }, '/colour', /use: limit, cursor, .*lastName/)
  refused({ 'status.gt': 'a' }, '/status.gt', /eq, ne, in/)
  refused({ status: 'sleepy' }, '/status/value/0', /active, pending, expired/)
  refused({ logins: '1e3' }, '/logins/value/0', /whole number/)
  refused({ filter: '{' }, '/filter', /JSON/)
  refused({ sort: 'email' }, '/sort', /lastName, createdAt, joinedOn, logins/)
  refused({ sort: 'joinedOn' }, '/sort', /first key is one of: lastName, createdAt/)
  refused({ sort: 'lastName,-lastName' }, '/sort', /once/)
  refused({ sort: 'constructor' }, '/sort', /one of/)
})

test('a cursor belongs to one list, filter and sort, and its values have types', async (t) => {
  const pageOf = (query: Record<string, unknown>) =>
    pageQuery(people, parseListQuery(people, query), { select: 'p.id', from: 'person p', tenantId })
  const plan = pageOf({ limit: 1, sort: 'createdAt,joinedOn', status: 'active' })
  const row = { id: id(1), _cursor_0: '2024-01-15T10:00:00.123456Z', _cursor_1: null, _cursor_2: id(1) }
  const { items, page } = toPage(plan, [row, row])
  t.strictSame(items, [{ id: id(1) }])
  const cursor = page.nextCursor!
  t.ok(
    pageOf({ limit: 5, sort: 'createdAt,joinedOn', status: 'active', cursor }).values.includes(
      '2024-01-15T10:00:00.123456Z',
    ),
    'microseconds survive',
  )
  const invalidCursor = Object.assign(new Error(), { name: 'Problem', kind: { type: 'invalid-cursor' } })
  t.throws(() => pageOf({ sort: 'createdAt,joinedOn', status: 'pending', cursor }), invalidCursor)
  t.throws(() => pageOf({ sort: '-createdAt,joinedOn', status: 'active', cursor }), invalidCursor)
  const decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  for (const values of [
    [],
    ['x', null, id(1)],
    [decoded[1], 5, id(1)],
    [null, null, id(1)],
    [decoded[1], null, 'no'],
    [decoded[1], null, id(1), 1],
  ]) {
    const forged = Buffer.from(JSON.stringify([decoded[0], ...values])).toString('base64url')
    t.throws(() => pageOf({ sort: 'createdAt,joinedOn', status: 'active', cursor: forged }), invalidCursor)
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        pageOf({ cursor: text })
        return text === ''
      } catch (error) {
        return (error as { kind?: { type: string } }).kind?.type === 'invalid-cursor'
      }
    }),
  )
})

test('a page always compares the organisation and bounds the leading key', async (t) => {
  const request = parseListQuery(people, { sort: '-lastName,logins', limit: 1 })
  const first = pageQuery(people, request, {
    select: 'p.id',
    from: 'person p',
    tenantId,
    where: (bind) => [`p.status = ${bind('active')}`],
  })
  const { page } = toPage(
    first,
    [1, 2].map((n) => ({ _cursor_0: 'abel', _cursor_1: n, _cursor_2: id(n) })),
  )
  const next = pageQuery(
    people,
    parseListQuery(people, { sort: '-lastName,logins', limit: 1, cursor: page.nextCursor }),
    { select: 'p.id', from: 'person p', tenantId },
  )
  t.match(next.text, 'WHERE p.tenant_id = $1::uuid AND (p.last_name_key COLLATE "C" <= $2::text AND (')
  t.match(first.text, 'WHERE p.tenant_id = $1::uuid AND p.status = $2 ORDER BY')
  t.throws(() => pageQuery(people, request, { select: 'p.id', from: 'person p' }), /tenantId/)
})

test('a listing that contradicts itself does not start', async (t) => {
  const spec = {
    id: 'x',
    fields: {},
    sorts: { a: { column: 'a', type: 'text', leads: true } },
    defaultSort: 'a',
    idColumn: 'id',
  } as const
  t.throws(() => defineListing({ ...spec, defaultSort: 'b' }), /does not lead/)
  t.throws(() => defineListing({ ...spec, sorts: { a: { ...spec.sorts.a, nullable: true } } }), /cannot lead/)
  t.throws(
    () => defineListing({ ...spec, fields: { limit: { type: 'text', column: 'l', description: '' } } }),
    /list itself/,
  )
  const more = extendListing(people, {
    fields: {
      shirt: { type: 'text', description: 'Shirt', ops: ['eq'], sql: (_op, value, bind) => `shirt(${bind(value)})` },
    },
  })
  t.match(parseListQuery(more, { shirt: 'M' }).filter.sql(binder().bind), 'shirt($1)')
  t.ok('properties' in listQuery(more) && 'shirt' in listQuery(more).properties)
})
