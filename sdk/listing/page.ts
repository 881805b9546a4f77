/** The SQL of one page, and the answer made of its rows. */
import type { PageOf } from '../answers.ts'
import { afterSql, decodeCursor, encodeCursor } from './cursor.ts'
import { type Bind, binder, type FieldType } from './field.ts'
import type { Scalar } from './filter.ts'
import type { Listing } from './listing.ts'
import type { ListRequest } from './query.ts'
import { orderBySql } from './sort.ts'

export interface PageSource {
  /** Columns of the answer: `m.id, m.first_name AS "firstName"`. */
  readonly select: string
  /** Tables: `members.member m JOIN ...`. Joins compare `tenant_id` too. */
  readonly from: string
  /** Further conditions, joined by AND: where the actor's permission reaches, soft deletion, search. */
  readonly where?: (bind: Bind) => readonly string[]
  /** Required when the listing has a `tenantColumn`. */
  readonly tenantId?: string
  /** The unit of work goes on reading after the page. Default false: mostly the page is all it reads. */
  readonly more?: boolean
}
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}
export interface PagePlan extends Statement {
  readonly request: ListRequest
  /** Counts what all pages hold; only when asked for. */
  readonly count?: Statement
}

const prefix = '_cursor_'

/** @throws Problem 400 `invalid-cursor` */
export function pageQuery(listing: Listing, request: ListRequest, source: PageSource): PagePlan {
  const { bind, values } = binder()
  const keys = request.terms.map((term, i) => `${exact(term.column, term.type)} AS "${prefix}${i}"`)
  const conditions = conditionsOf(listing, request, source, bind)
  if (request.cursor !== undefined) {
    conditions.push(afterSql(request.terms, decodeCursor(request.binding, request.terms, request.cursor), bind))
  }
  // The limit is written out: a plan that is kept for all parameters would take it for a tenth of the table.
  const text = `SELECT ${source.select}, ${keys.join(', ')} FROM ${source.from} WHERE ${conditions.join(' AND ')} ORDER BY ${orderBySql(request.terms)} LIMIT ${Math.trunc(request.limit) + 1}`
  if (!request.total) return { request, text, values }
  const counting = binder()
  const all = conditionsOf(listing, request, source, counting.bind).join(' AND ')
  return {
    request,
    text,
    values,
    count: { text: `SELECT count(*)::integer AS total FROM ${source.from} WHERE ${all}`, values: counting.values },
  }
}

function conditionsOf(listing: Listing, request: ListRequest, source: PageSource, bind: Bind): string[] {
  const conditions: string[] = []
  if (listing.tenantColumn !== undefined) {
    if (source.tenantId === undefined)
      throw new Error(`Listing "${listing.id}" has a tenant column: give pageQuery the tenantId`)
    conditions.push(`${listing.tenantColumn} = ${bind(source.tenantId)}::uuid`)
  }
  conditions.push(...(source.where?.(bind) ?? []))
  const filter = request.filter.sql(bind)
  if (filter !== 'TRUE' || conditions.length === 0) conditions.push(filter)
  return conditions
}

/** Values for the cursor as the database has them: a JavaScript Date would lose the microseconds, and rows with them. */
function exact(column: string, type: FieldType): string {
  if (type === 'timestamp') return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
  if (type === 'date') return `to_char(${column}, 'YYYY-MM-DD')`
  return type === 'integer' ? `${column}::float8` : column
}

const withoutKeys = (row: object): object =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith(prefix)))

/** Takes the rows of the plan's statement; `of` makes an item of a row, which still has its cursor columns. */
export function toPage<Row extends object, Item = Row>(
  plan: PagePlan,
  rows: readonly Row[],
  o: { of?: (row: Row) => Item; total?: number } = {},
): PageOf<Item> {
  const { limit, terms, binding } = plan.request
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? (shown.at(-1) as Record<string, unknown>) : undefined
  const position = last && terms.map((_, i) => last[`${prefix}${i}`] as Scalar | null)
  return {
    items: shown.map((row) => (o.of ? o.of(row) : (withoutKeys(row) as unknown as Item))),
    page: {
      nextCursor: position ? encodeCursor(binding, position) : null,
      ...(o.total !== undefined && { total: o.total }),
    },
  }
}

/** Whoever runs SQL: a unit of work. */
interface Runs {
  query<Row extends object>(sql: string, bind?: readonly unknown[], o?: { readonly last?: boolean }): Promise<Row[]>
}

/** Plans, runs and answers; the count runs in the same unit of work, so that it fits the page. */
export async function readPage<Row extends object, Item = Row>(
  tx: Runs,
  listing: Listing,
  request: ListRequest,
  source: PageSource & { readonly of?: (row: Row) => Item },
): Promise<PageOf<Item>> {
  const plan = pageQuery(listing, request, source)
  const last = !source.more
  const rows = await tx.query<Row>(plan.text, plan.values, { last: last && !plan.count })
  const [counted] = plan.count ? await tx.query<{ total: number }>(plan.count.text, plan.count.values, { last }) : []
  return toPage<Row, Item>(plan, rows, {
    ...(source.of && { of: source.of }),
    ...(counted && { total: counted.total }),
  })
}
