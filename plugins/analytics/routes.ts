import { Readable } from 'node:stream'
import {
  analyticsFigures,
  type Context,
  DateOnly,
  type Nothing,
  Nullable,
  organizationService,
  Problem,
  problems,
  type Router,
  Text,
  type Tx,
} from '@guildhall/sdk'
import { stringify } from 'csv-stringify'
import Type, { type Static } from 'typebox'
import { compute, ofTopic, type ReportRow, rowsOf } from './report.ts'
import { periodsOf, type Span, spanOf } from './span.ts'

/** Core services this plugin asks. */
export const uses = { organization: organizationService }
export type AnalyticsContext = Context<typeof uses, Nothing, Nothing, 'analytics.read'>

const count = (description: string) => Type.Optional(Type.Number({ description }))
const division = (description: string) =>
  Type.Optional(
    Type.Union(
      [
        Type.Record(Type.String({ maxLength: 200 }), Type.Number()),
        Type.Array(Type.Record(Type.String({ maxLength: 200 }), Type.Unknown()), { maxItems: 10_000 }),
      ],
      { description },
    ),
  )
export const Statistics = Type.Object(
  {
    from: DateOnly({ description: 'First day that is counted' }),
    to: DateOnly({ description: 'Last day that is counted' }),
    at: DateOnly({ description: 'The day of the counts of what is' }),
    total: count('Members on the day `at`: joined by it, and not left before'),
    byStatus: division('Members by status'),
    byRole: division('Members by role'),
    byPlan: division('Members by plan'),
    byGroup: division('Members by group'),
    byGender: division('Members by gender'),
    byAgeBand: division('Members by age'),
    joined: count('Joined from `from` to `to`'),
    left: count('Left from `from` to `to`'),
    netGrowth: count('Joined less left'),
    retention: Type.Optional(
      Nullable(Type.Number({ description: 'Share of those of `from` who are members on `to`, 0 to 1' })),
    ),
    expiringSoon: count('Memberships that end within the reminder days'),
    pendingInvites: count('Invitations not answered yet'),
    activity: Type.Optional(Type.Unknown({ description: 'Activity by kind and day' })),
  },
  {
    title: 'Statistics',
    additionalProperties: true,
    description: 'What a switched-off plugin would give is absent, not zero',
  },
)
export const Days = {
  from: Type.Optional(DateOnly({ description: 'First day; default: a year before `to`' })),
  to: Type.Optional(DateOnly({ description: 'Last day; default: `at`' })),
  at: Type.Optional(DateOnly({ description: 'The day states are of; default: today where the organisation is' })),
}
const StatisticsQuery = Type.Object(Days, { additionalProperties: false })
const ReportQuery = Type.Object(
  {
    ...Days,
    groupBy: Type.Optional(
      Type.Union([Type.Literal('month'), Type.Literal('quarter'), Type.Literal('year')], {
        description: 'One row a period instead of one for all of it',
      }),
    ),
  },
  { additionalProperties: false },
)
const Topic = Type.Object({
  topic: Text(40, { description: 'members, plans, groups, activity, ... as far as their plugins are on' }),
})
const Row = Type.Object(
  {
    period: Nullable(Type.String({ description: 'The month, week or day' })),
    figure: Type.String({ description: 'Which figure' }),
    key: Nullable(Type.String({ description: 'Of what it is divided by; empty: the whole' })),
    value: Type.Number({ description: 'The number' }),
  },
  { title: 'ReportRow' },
)
const Report = Type.Object(
  {
    topic: Type.String({ description: 'As in the address' }),
    from: DateOnly({ description: 'First day that is counted' }),
    to: DateOnly({ description: 'Last day that is counted' }),
    at: DateOnly({ description: 'The day of the counts of what is' }),
    rows: Type.Array(Row, { description: 'A number each', maxItems: 100_000 }),
  },
  { title: 'Report' },
)

export function analyticsRoutes(r: Router<AnalyticsContext, 'analytics.read'>): void {
  r.route({
    method: 'GET',
    url: '/members/analytics/statistics',
    access: { requires: 'analytics.read' },
    summary: 'Statistics of the organisation',
    tags: ['Analytics'],
    schema: { query: StatisticsQuery, response: Statistics },
    handler: (ctx, { query }) =>
      ctx.read(async (tx) => {
        const { span, today } = await ask(ctx, tx, query)
        return { ...span, ...(await compute(ctx, tx, ctx.contributions(analyticsFigures), span, today)) }
      }),
  })
  r.route({
    method: 'GET',
    url: '/analytics/:topic',
    access: { requires: 'analytics.read' },
    summary: 'One report as rows',
    tags: ['Analytics'],
    schema: { params: Topic, query: ReportQuery, response: Report },
    handler: (ctx, { params, query }) => ctx.read((tx) => report(ctx, tx, params.topic, query)),
  })
  r.download({
    url: '/analytics/:topic/csv',
    access: { requires: 'analytics.read' },
    summary: 'One report as CSV',
    tags: ['Analytics'],
    produces: ['text/csv'],
    schema: { params: Topic, query: ReportQuery },
    handler: async (ctx, { params, query }) => {
      const { rows, from, to } = await ctx.read((tx) => report(ctx, tx, params.topic, query))
      return { fileName: `${params.topic}-${from}-${to}.csv`, type: 'text/csv; charset=utf-8', body: csv(rows) }
    },
  })
}

/** Figures speak of everybody, so a right over some groups is not enough. */
async function ask(
  ctx: AnalyticsContext,
  tx: Tx,
  query: Static<typeof StatisticsQuery>,
): Promise<{ span: Span; today: string }> {
  await ctx.require('analytics.read', { paths: [''], readable: 'analytics.read' })
  const today = await ctx.use.organization.today(tx)
  return { span: spanOf(query, today), today }
}

async function report(ctx: AnalyticsContext, tx: Tx, topic: string, query: Static<typeof ReportQuery>) {
  const { span, today } = await ask(ctx, tx, query)
  const figures = ofTopic(ctx.contributions(analyticsFigures), topic)
  if (figures.length === 0)
    throw new Problem(problems.notFound, { detail: `No plugin that is on here has figures about "${topic}".` })
  const rows: ReportRow[] = []
  for (const { period, ...part } of query.groupBy ? periodsOf(span, query.groupBy) : [{ ...span, period: null }])
    rows.push(...rowsOf(await compute(ctx, tx, figures, part, today), period))
  return { topic, ...span, rows }
}

const csv = (rows: readonly ReportRow[]): Readable =>
  Readable.from(rows).pipe(
    stringify({ header: true, columns: ['period', 'figure', 'key', 'value'], escape_formulas: true }),
  )
