/** One page of members: who asks decides whom it reaches, the query decides the rest. One statement, two with `?at=`. */
import {
  type Bind,
  extendListing,
  type Field,
  invalid,
  isCalendarDate,
  type Listing,
  type PageOf,
  parseListQuery,
  readPage,
  type ToldField,
  type Tx,
} from '@guildhall/sdk'
import { reachCondition, withinSql } from './access.ts'
import type { MembersContext } from './context.ts'
import { requireShown, type Shown, shownTo } from './contributed-rights.ts'
import { customFields } from './custom-fields/definition.ts'
import { customFilterFields } from './custom-fields/filter.ts'
import { memberFields, memberListing } from './listing.ts'
import { memberStatuses } from './member-schema.ts'
import { searchText } from './normalise.ts'
import type { MembersPermission } from './permissions.ts'
import { type MemberRow, recordColumns, recordOf } from './record/columns.ts'
import { ageOn } from './record/dates.ts'
import { type MemberRecord, memberFilters, membershipStates } from './refs.ts'
import { todayOf } from './service/status.ts'
import { type Day, memberOnSql, statusesOn, statusSql } from './sql/status.ts'

export type MemberQuery = Readonly<Record<string, unknown>>

/** @throws Problem 400 naming each parameter that does not fit */
export async function memberPage(ctx: MembersContext, tx: Tx, query: MemberQuery): Promise<PageOf<MemberRecord>> {
  const { listing, day, at } = await listingFor(ctx, tx, query)
  const request = parseListQuery(listing, query)
  const page = await readPage<MemberRow, MemberRecord>(tx, listing, request, {
    select: recordColumns,
    from: 'members.member m',
    tenantId: tx.tenantId,
    where: (bind) => [
      'm.deleted_at IS NULL',
      ...reaching(ctx, 'members.read', bind),
      ...(request.search === undefined ? [] : [searchCondition(request.search, bind)]),
      ...(at && !asksStatus(query) ? [memberOn(ctx, at, bind)] : []),
    ],
    of: recordOf,
    more: at !== undefined || query.include !== undefined,
  })
  if (!at || !day) return page
  const statuses = await statusesOn(
    tx,
    page.items.map(({ id }) => id),
    { day: at, states: ctx.contributions(membershipStates) },
  )
  return { ...page, items: page.items.map((item) => ({ ...item, status: statuses.get(item.id) ?? item.status })) }
}

/** `TRUE` is left out: a plan without it is simpler to read. */
function reaching(ctx: MembersContext, permission: MembersPermission, bind: Bind): string[] {
  const condition = reachCondition(ctx, permission, bind)
  return condition === 'TRUE' ? [] : [condition]
}

const sqlOf = (day: Day, bind: Bind) => ({
  day: `${bind(day.date)}::date`,
  timeZone: `${bind(day.timeZone)}::text`,
  bind,
})

/** Those who were members that day. */
export const memberOn = (ctx: MembersContext, day: Day, bind: Bind): string =>
  `(${memberOnSql(ctx.contributions(membershipStates), sqlOf(day, bind))})`

const asksStatus = (query: MemberQuery): boolean =>
  Object.keys(query).some((key) => key === 'status' || key.startsWith('status.')) ||
  (typeof query.filter === 'string' && query.filter.includes('"status"'))

const known = (key: string): boolean =>
  Object.hasOwn(memberFields, key) || Object.hasOwn(memberFields, key.slice(0, Math.max(key.lastIndexOf('.'), 0)))
const ofEveryList = new Set(['limit', 'cursor', 'sort', 'total', 'search', 'include'])

/** The plain listing where that is enough: it needs no look at custom fields, other plugins or the calendar. */
async function listingFor(
  ctx: MembersContext,
  tx: Tx,
  query: MemberQuery,
): Promise<{ listing: Listing; day?: Day; at?: Day }> {
  if (Object.keys(query).every((key) => query[key] === undefined || ofEveryList.has(key) || known(key)))
    return { listing: memberListing }
  return extendedListing(ctx, tx, typeof query.at === 'string' ? query.at : undefined)
}

/** With the fields that need to know the organisation and the day: custom ones, other plugins', age, status at a date. */
export async function extendedListing(
  ctx: MembersContext,
  tx: Tx,
  date?: string,
): Promise<{ listing: Listing; day: Day; at?: Day }> {
  if (date !== undefined && !isCalendarDate(date))
    throw invalid('/at', 'Write a date such as 2025-12-31', { in: 'query' })
  const today = await todayOf(ctx, tx)
  const at = date === undefined ? undefined : { ...today, date }
  const day = at ?? today
  const fields: Record<string, Field> = {
    ...customFilterFields(await customFields(tx)),
    age: ageField(day.date),
    ...contributed(ctx, await shownTo(ctx, tx), day.date),
  }
  if (at) fields.status = statusField(ctx, at)
  return { listing: extendListing(memberListing as Listing, { fields }), day, ...(at && { at }) }
}

const toldAge = {
  type: 'integer',
  description: 'Age in whole years, on the day of `at`, else today',
  ops: ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'between', 'isNull'],
} as const satisfies ToldField

/** What the members of every organisation can be filtered by, as authors of bots are told. */
export const toldFields: Readonly<Record<string, ToldField>> = {
  ...memberFields,
  age: toldAge,
  'custom.<key>': {
    type: 'text',
    description:
      'An own field of the organisation that is `filterable`; its type, and which of these, as it was defined',
    ops: ['eq', 'ne', 'in', 'lt', 'lte', 'gt', 'gte', 'between', 'startsWith', 'has', 'isNull'],
  },
}

const ageField = (day: string): Field => ({
  ...toldAge,
  read: (object) => {
    const { birthday } = object as { birthday?: string | null }
    return birthday ? ageOn(birthday, day) : null
  },
  sql: (op, value, bind) => {
    if (op === 'isNull') return 'm.birthday IS NULL'
    const on = `${bind(day)}::date`
    // Who is at least n was born n years ago or earlier.
    const least = (years: number) => `m.birthday <= (${on} - make_interval(years => ${bind(years)}::integer))::date`
    const below = (years: number) => `m.birthday > (${on} - make_interval(years => ${bind(years)}::integer))::date`
    const [first, second] = (Array.isArray(value) ? value : [value]).map((one) =>
      Math.max(-1, Math.min(Number(one), 1000)),
    )
    switch (op) {
      case 'lt':
        return below(first!)
      case 'lte':
        return below(first! + 1)
      case 'gt':
        return least(first! + 1)
      case 'gte':
        return least(first!)
      case 'between':
        return `${least(first!)} AND ${below(second! + 1)}`
      default:
        return `${least(first!)} AND ${below(first! + 1)}`
    }
  },
})

const statusField = (ctx: MembersContext, at: Day): Field => ({
  type: 'text',
  description: 'Status on the day of `at`',
  values: memberStatuses,
  ops: ['eq', 'ne', 'in'],
  sql: (_op, value, bind) =>
    `${statusSql(ctx.contributions(membershipStates), sqlOf(at, bind))} = ANY(${bind(Array.isArray(value) ? value : [value])}::text[])`,
})

const contributed = (ctx: MembersContext, shown: Shown, day: string): Record<string, Field> =>
  Object.fromEntries(
    ctx.contributions(memberFilters).map((filter): [string, Field] => [
      filter.name,
      {
        type: filter.type,
        description: filter.description,
        ops: filter.ops,
        ...(filter.values && { values: filter.values }),
        sql: (op, value, bind) => {
          const reach = requireShown(shown, filter.name, filter)
          const condition = filter.sql(op, value, {
            member: 'm.id',
            tenant: 'm.tenant_id',
            // Bound where it is read: PostgreSQL refuses a parameter that no expression uses.
            get day() {
              return `${bind(day)}::date`
            },
            bind,
            reach,
          })
          return reach.everywhere ? condition : `(${withinSql(ctx, reach, bind)} AND ${condition})`
        },
      },
    ]),
  )

const mostWords = 8

/** Every word has to occur, in one of its spellings: the umlaut alone, or written out. */
export function searchCondition(search: string, bind: Bind): string {
  const words = search
    .split(/\s+/)
    .map((word) =>
      searchText(word.replaceAll('|', ''))
        .replace(/[\\%_]/g, '\\$&')
        .replaceAll(' ', '|'),
    )
    .filter((word) => word !== '')
    .slice(0, mostWords)
  return words.length === 0 ? 'FALSE' : `m.id IN (SELECT members.found(${bind(words)}::text[]))`
}
