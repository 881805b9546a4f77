/** Memberships as a file that an import reads back unchanged: a row a period. */
import { type Bind, type Download, firstDay, lastDay, parseListQuery, readPage, type Tx } from '@guildhall/sdk'
import {
  defaultExternalSystem,
  type ListSheet,
  metadataCells,
  mostKeys,
  objectColumns,
  tableColumns,
} from '#plugins/members/refs.ts'
import type { PlansContext } from '../context.ts'
import { ExportedPeriod } from '../membership-schema.ts'
import { reachCondition } from './membership-list.ts'
import {
  coveredOn,
  membershipListing,
  membershipTables,
  type PeriodRow,
  periodOf,
  selectPeriods,
} from './membership-sql.ts'

const PAGE = 200

const titles = [
  ['recordId', 'Record ID', 'Datensatz-ID'],
  ['externalId', 'External ID', 'Mitgliedsnummer'],
  ['firstName', 'First name', 'Vorname'],
  ['lastName', 'Last name', 'Nachname'],
  ['plan', 'Plan', 'Beitragsart'],
  ['start', 'Start', 'Beginn'],
  ['end', 'End', 'Ende'],
  ['price', 'Price', 'Beitrag'],
  ['payer', 'Payer', 'Zahler'],
  ['reason', 'Reason', 'Grund'],
] as const

const metadataKeys = async (tx: Tx): Promise<string[]> =>
  (
    await tx.query<{ key: string }>(
      `SELECT DISTINCT k.key FROM plans.period q, jsonb_object_keys(q.metadata) AS k (key)
        WHERE q.tenant_id = $1 AND q.metadata <> '{}' ORDER BY k.key LIMIT ${mostKeys}`,
      [tx.tenantId],
    )
  ).map(({ key }) => key)

interface Holding {
  readonly id: string
  readonly member_id: string
  readonly member_name: string
  readonly plan_id: string
  readonly plan_name: string
  readonly external_id: string | null
  readonly first_name: string | null
  readonly last_name: string | null
}
const numberOf = (member: string): string =>
  `(SELECT e.value FROM members.external_id e WHERE e.tenant_id = s.tenant_id AND e.member_id = ${member}
      AND e.system = '${defaultExternalSystem}' LIMIT 1)`
const holdingColumns = `s.id, s.member_id, m.display_name AS member_name, m.first_name, m.last_name, s.plan_id,
  p.name AS plan_name, ${numberOf('s.member_id')} AS external_id`

/** The numbers of those who pay for others; their record ids where they have none. Who is deleted pays no more. */
async function payers(tx: Tx, periods: readonly PeriodRow[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(periods.flatMap(({ payer_id }) => payer_id ?? []))]
  if (ids.length === 0) return new Map()
  const rows = await tx.query<{ id: string; called: string }>(
    `SELECT s.id, coalesce(${numberOf('s.id')}, s.id::text) AS called FROM members.member s
      WHERE s.tenant_id = $1 AND s.id = ANY($2::uuid[]) AND s.deleted_at IS NULL`,
    [tx.tenantId, ids],
  )
  return new Map(rows.map(({ id, called }) => [id, called]))
}

/** As it is said in the language of the headers: `12.50 EUR`, `12,50 EUR`. */
export function written(amount: number, currency: string, language: 'en' | 'de'): string {
  const options = { style: 'currency', currency } as const
  const places = new Intl.NumberFormat('en', options).resolvedOptions().maximumFractionDigits ?? 2
  const value = (amount / 10 ** places).toFixed(places)
  return `${language === 'de' ? value.replace('.', ',') : value} ${currency}`
}

export type MembershipExportQuery = Readonly<Record<string, unknown>> &
  Pick<ListSheet, 'format' | 'language'> & { readonly at?: string }

/** Periods of the memberships that the actor may see and take away; with `at`, those that cover the day. */
export async function exportMemberships(ctx: PlansContext, query: MembershipExportQuery): Promise<Download> {
  const { format, language, at, ...rest } = query
  const asObjects = format === 'ndjson'
  const keys = asObjects ? [] : await ctx.read(metadataKeys)
  const rowOf = (holding: Holding, period: PeriodRow, payer: string | undefined): object => ({
    recordId: holding.member_id,
    externalId: holding.external_id,
    firstName: holding.first_name,
    lastName: holding.last_name,
    plan: holding.plan_name,
    start: firstDay(period.starts_on),
    end: lastDay(period.ends_before),
    price: written(Number(period.price_amount), period.price_currency, language),
    payer,
    reason: period.ended_reason,
    ...metadataCells(period.metadata),
  })
  const objectOf = (holding: Holding, period: PeriodRow): object => ({
    membershipId: holding.id,
    memberId: holding.member_id,
    memberName: holding.member_name,
    planId: holding.plan_id,
    planName: holding.plan_name,
    ...periodOf(period),
  })
  return ctx.use.sheets.download({
    name: 'memberships',
    format,
    language,
    sheetName: language === 'de' ? 'Mitgliedschaften' : 'Memberships',
    columns: asObjects ? objectColumns(ExportedPeriod) : tableColumns(titles, keys, language),
    on: ctx.now(),
    page: (cursor) =>
      ctx.read(async (tx) => {
        const asked = { ...rest, at, limit: PAGE, ...(cursor && { cursor }) }
        const reached = (bind: Bind) => [
          reachCondition(ctx, 'plans.memberships.read', bind),
          reachCondition(ctx, 'plans.memberships.export', bind),
        ]
        const { items, page } = await readPage<Holding, Holding>(
          tx,
          membershipListing,
          parseListQuery(membershipListing, asked),
          {
            select: holdingColumns,
            from: membershipTables,
            tenantId: tx.tenantId,
            where: (bind) => [...reached(bind), ...(at === undefined ? [] : [coveredOn(at, bind)])],
            of: (row) => row,
            more: true,
          },
        )
        const [days, bind] =
          at === undefined ? ['TRUE', []] : ['q.starts_on <= $3::date AND q.ends_before > $3::date', [at]]
        const periods = await selectPeriods(tx, `q.membership_id = ANY($2::uuid[]) AND ${days}`, [
          items.map(({ id }) => id),
          ...bind,
        ])
        const paidBy = asObjects ? new Map<string, string>() : await payers(tx, periods)
        const of = Map.groupBy(periods, ({ membership_id }) => membership_id)
        const rows = items.flatMap((holding) =>
          (of.get(holding.id) ?? []).map((period) =>
            asObjects ? objectOf(holding, period) : rowOf(holding, period, paidBy.get(period.payer_id ?? '')),
          ),
        )
        return { rows, next: page.nextCursor }
      }),
  })
}
