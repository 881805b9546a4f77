/** A register small enough to think about, with every kind of field, and filters over it for property tests. */
import { defineListing, type Filter } from '@guildhall/sdk'
import fc from 'fast-check'

export interface Person {
  readonly id: string
  readonly tenantId: string
  readonly lastName: string
  readonly email: string | null
  readonly status: string
  readonly joinedOn: string | null
  readonly createdAt: string
  readonly logins: number
  readonly archived: boolean
  readonly tags: readonly string[]
}

export const tenantId = '00000000-0000-7000-8000-0000000000aa'
const lower = (text: string) => text.toLowerCase()

export const people = defineListing({
  id: 'people',
  idColumn: 'p.id',
  tenantColumn: 'p.tenant_id',
  search: 'Words of the name',
  defaultSort: 'lastName',
  fields: {
    lastName: {
      type: 'text',
      column: 'p.last_name_key',
      description: 'Last name',
      normalise: lower,
      ops: ['eq', 'ne', 'in', 'lt', 'lte', 'gt', 'gte', 'between', 'startsWith'],
    },
    email: { type: 'text', column: 'p.email', description: 'E-mail', nullable: true },
    status: { type: 'text', column: 'p.status', description: 'Status', values: ['active', 'pending', 'expired'] },
    joinedOn: { type: 'date', column: 'p.joined_on', description: 'Day of joining', nullable: true },
    createdAt: { type: 'timestamp', column: 'p.created_at', description: 'Made at' },
    logins: { type: 'integer', column: 'p.logins', description: 'Logins' },
    archived: { type: 'boolean', column: 'p.archived', description: 'Archived' },
    tags: {
      type: 'text',
      description: 'Tags',
      ops: ['has', 'in', 'isNull'],
      many: true,
      sql: (op, value, bind) => {
        const tag =
          op === 'isNull'
            ? ''
            : op === 'in'
              ? ` AND t.tag = ANY(${bind(value)}::text[])`
              : ` AND t.tag = ${bind(value)}`
        const exists = `EXISTS (SELECT 1 FROM tag t WHERE t.tenant_id = p.tenant_id AND t.person_id = p.id${tag})`
        return op === 'isNull' ? `NOT ${exists}` : exists
      },
    },
    id: { type: 'uuid', column: 'p.id', description: 'Id' },
  },
  sorts: {
    lastName: { column: 'p.last_name_key', type: 'text', leads: true },
    createdAt: { column: 'p.created_at', type: 'timestamp', leads: true },
    joinedOn: { column: 'p.joined_on', type: 'date', nullable: true },
    logins: { column: 'p.logins', type: 'integer' },
  },
})

export const schema = `
  CREATE TABLE person (tenant_id uuid NOT NULL, id uuid NOT NULL, last_name_key text COLLATE "C" NOT NULL, email text,
    status text NOT NULL, joined_on date, created_at timestamptz NOT NULL, logins integer NOT NULL, archived boolean NOT NULL,
    PRIMARY KEY (tenant_id, id));
  CREATE TABLE tag (tenant_id uuid NOT NULL, person_id uuid NOT NULL, tag text NOT NULL, PRIMARY KEY (tenant_id, person_id, tag));`

/** Statement that fills both tables from JSON, `$1`. */
export const fill = `
  WITH given AS (SELECT * FROM json_to_recordset($1::json) AS g("tenantId" uuid, id uuid, "lastName" text, email text, status text,
    "joinedOn" date, "createdAt" timestamptz, logins integer, archived boolean, tags json)),
  persons AS (INSERT INTO person SELECT "tenantId", id, lower("lastName" COLLATE "C"), email, status, "joinedOn", "createdAt", logins, archived FROM given)
  INSERT INTO tag SELECT "tenantId", id, json_array_elements_text(tags) FROM given`

// Few different values, so that equal ones meet; among them what sorts differently in UTF-16 and by code point.
const names = ['abel', 'Abel', 'abelard', 'zoe', '\u{1F600}a', '\uFB01x', 'm_%', "o'neil"]
const dates = ['1899-12-31', '2020-02-29', '2024-01-15']
const times = ['2024-01-15T10:00:00.000Z', '2024-01-15T10:00:00.001Z', '1970-01-01T00:00:00.000Z']
const tags = ['blue', 'red', 'a,b']
export const id = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

export const register = fc
  .array(
    fc.record({
      lastName: fc.constantFrom(...names),
      email: fc.option(fc.constantFrom('a@x.org', 'b@x.org')),
      status: fc.constantFrom('active', 'pending', 'expired'),
      joinedOn: fc.option(fc.constantFrom(...dates)),
      createdAt: fc.constantFrom(...times),
      logins: fc.integer({ min: -1, max: 2 }),
      archived: fc.boolean(),
      tags: fc.uniqueArray(fc.constantFrom(...tags)),
    }),
    { maxLength: 24 },
  )
  .map((rows): Person[] => rows.map((row, i) => ({ ...row, id: id(i + 1), tenantId })))

const leaf = (field: string, values: fc.Arbitrary<unknown>, ops: readonly string[]) =>
  fc.constantFrom(...ops).chain((op) => {
    if (op === 'isNull') return fc.boolean().map((value) => ({ field, op, value }))
    if (op === 'in') return fc.array(values, { minLength: 1, maxLength: 3 }).map((value) => ({ field, op, value }))
    if (op === 'between') return fc.tuple(values, values).map((value) => ({ field, op, value }))
    return values.map((value) => ({ field, op, value }))
  })
const order = ['eq', 'ne', 'in', 'lt', 'lte', 'gt', 'gte', 'between']
const leaves = fc.oneof(
  leaf('lastName', fc.constantFrom(...names), [...order]),
  leaf('lastName', fc.constantFrom('', 'a', 'AB', '\u{1F600}', 'm_', '\u{10FFFF}', '\uD7FF'), ['startsWith']),
  leaf('email', fc.constantFrom('a@x.org', 'c@x.org'), ['eq', 'ne', 'in', 'isNull']),
  leaf('status', fc.constantFrom('active', 'pending'), ['eq', 'ne', 'in']),
  leaf('joinedOn', fc.constantFrom(...dates), [...order, 'isNull']),
  leaf('createdAt', fc.constantFrom(...times, '2024-01-15T12:00:00.001+02:00'), order),
  leaf('logins', fc.integer({ min: -1, max: 2 }), order),
  leaf('archived', fc.boolean(), ['eq', 'ne']),
  leaf('tags', fc.constantFrom(...tags), ['has', 'in', 'isNull']),
  leaf('id', fc.constantFrom(id(1), id(2)), ['eq', 'ne', 'in']),
)
export const filters = fc.letrec<{ filter: unknown }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'filter' },
    leaves,
    fc.record({ and: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
})).filter as fc.Arbitrary<Filter>
