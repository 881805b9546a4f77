/** How a bot does: runs in earnest of a period. */
import { Closed, DateOnly, organizationDay, organizationMidnight, Text, type Tx } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { BotsRouter } from '../../context.ts'
import { installationByKey } from '../../installations/stored.ts'

const count = Type.Integer({ minimum: 0, description: 'How many' })
const counts = Type.Unsafe<Record<string, number>>({
  type: 'object',
  additionalProperties: { type: 'integer' },
  description: 'How many, by how they ended',
})
const Spread = Type.Object(
  {
    p50: Type.Number({ description: 'Half of the runs took at most this' }),
    p95: Type.Number({ description: '95 of 100 runs took at most this' }),
    max: Type.Number({ description: 'The longest' }),
  },
  { title: 'Spread', description: 'How the runs spread' },
)
const maybe = Type.Union([Spread, Type.Null()])

export const BotStatistics = Type.Object(
  {
    from: DateOnly({ description: 'First day that is counted' }),
    to: DateOnly({ description: 'Last day that is counted' }),
    runs: Type.Object(
      { total: count, ok: count, failed: count, cancelled: count, open: count },
      { description: 'How many, by how they ended' },
    ),
    successRate: Type.Union([Type.Number({ description: 'Of those that ended, 0 to 1' }), Type.Null()]),
    retries: count,
    durationMs: Type.Union([Spread, Type.Null()], {
      description: 'From start to end, waiting between attempts included',
    }),
    used: Type.Object(
      { cpuMs: maybe, heapMb: maybe, calls: maybe },
      {
        description: 'What a run took: processor time in milliseconds, memory in megabytes, calls of the platform',
      },
    ),
    ended: counts,
    effects: Type.Unsafe<Record<string, number>>({
      ...counts,
      description:
        'How often each action, host or state method was used with success; calls that found nothing to do are left out',
    }),
  },
  { title: 'BotStatistics' },
)
export type BotStatistics = Static<typeof BotStatistics>

const spread = (expression: string, name: string): string =>
  `CASE WHEN count(${expression}) = 0 THEN NULL ELSE json_build_object(
     'p50', percentile_cont(0.5) WITHIN GROUP (ORDER BY ${expression}),
     'p95', percentile_cont(0.95) WITHIN GROUP (ORDER BY ${expression}), 'max', max(${expression})) END AS "${name}"`
const used = (name: string) => `(r.used->>'${name}')::float8`
/** Days of the organisation, both included. */
const period = `r.tenant_id = $1 AND r.mode = 'live' AND r.installation_id = $2
  AND r.queued_at >= ${organizationMidnight('$3::date')} AND r.queued_at < ${organizationMidnight('$4::date + 1')}`

export async function statisticsOf(tx: Tx, installationId: string, from: string, to: string): Promise<BotStatistics> {
  const bind = [tx.tenantId, installationId, from, to]
  const [row] = await tx.query<Record<string, never>>(
    `SELECT count(*)::int AS total, count(*) FILTER (WHERE r.status = 'ok')::int AS ok,
            count(*) FILTER (WHERE r.status IN ('failed', 'discarded'))::int AS failed,
            count(*) FILTER (WHERE r.status = 'cancelled')::int AS cancelled,
            count(*) FILTER (WHERE r.status IN ('queued', 'running', 'retrying'))::int AS open,
            coalesce(sum(greatest(r.attempt - 1, 0)), 0)::int AS retries,
            ${spread('extract(epoch FROM r.finished_at - r.started_at) * 1000', 'durationMs')},
            ${spread(used('cpuMs'), 'cpuMs')}, ${spread(used('heapMb'), 'heapMb')}, ${spread(used('calls'), 'calls')}
       FROM bots.run r WHERE ${period}`,
    bind,
  )
  const ended = await tx.query<{ name: string; n: number }>(
    `SELECT r.ended AS name, count(*)::int AS n FROM bots.run r WHERE ${period} AND r.ended IS NOT NULL GROUP BY 1 ORDER BY 1`,
    bind,
  )
  const effects = await tx.query<{ name: string; n: number }>(
    `SELECT CASE WHEN c.method = 'action' THEN c.name WHEN c.method = 'fetch' THEN 'fetch ' || c.name ELSE c.method END AS name,
            count(*)::int AS n
       FROM bots.call c JOIN bots.run r ON r.tenant_id = c.tenant_id AND r.id = c.run_id
      WHERE c.tenant_id = $1 AND ${period} AND c.effect <> 'none' AND (c.answer->>'ok')::boolean GROUP BY 1 ORDER BY 1`,
    bind,
  )
  const {
    total = 0,
    ok = 0,
    failed = 0,
    cancelled = 0,
    open = 0,
    retries = 0,
    ...spreads
  } = (row ?? {}) as Record<string, number>
  const {
    durationMs = null,
    cpuMs = null,
    heapMb = null,
    calls = null,
  } = spreads as unknown as Record<string, Static<typeof maybe>>
  return {
    from,
    to,
    runs: { total, ok, failed, cancelled, open },
    successRate: ok + failed === 0 ? null : ok / (ok + failed),
    retries,
    durationMs,
    used: { cpuMs, heapMb, calls },
    ended: Object.fromEntries(ended.map(({ name, n }) => [name, n])),
    effects: Object.fromEntries(effects.map(({ name, n }) => [name, n])),
  }
}

export function statisticsRoutes(r: BotsRouter): void {
  r.route({
    method: 'GET',
    url: '/bots/:id/statistics',
    access: { requires: 'bots.read' },
    summary: 'Show how a bot does',
    description: 'Runs in earnest asked for on these days, by default the last 30.',
    tags: ['Runs of bots'],
    schema: {
      params: Closed({ id: Text(80) }),
      query: Closed({
        from: Type.Optional(DateOnly({ description: 'First day; default: 29 days before today' })),
        to: Type.Optional(DateOnly({ description: 'Last day; default: today' })),
      }),
      response: BotStatistics,
    },
    handler: (ctx, { params, query }) =>
      ctx.read(async (tx) => {
        const { id } = await installationByKey(tx, params.id)
        const [days] = await tx.query<{ from: string; to: string }>(
          `SELECT coalesce($1::date, d.today - 29)::text AS "from", coalesce($2::date, d.today)::text AS "to"
             FROM (SELECT ${organizationDay('$3::timestamptz')} AS today) d`,
          [query.from ?? null, query.to ?? null, tx.now()],
        )
        return statisticsOf(tx, id, days!.from, days!.to)
      }),
  })
}
