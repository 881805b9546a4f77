import { Closed, List, maintenanceFigures, Nullable, Problem, problems, Text, Timestamp, Uuid } from '@guildhall/sdk'
import { QueryTypes } from 'sequelize'
import Type, { type Static } from 'typebox'
import { UserDirectory } from '../../auth/users/user-directory.ts'
import type { Runtime } from '../../runtime.ts'
import type { CoreContext } from '../surroundings.ts'
import { platformFigures } from './figures.ts'

const Place = Type.Object({
  organizationId: Uuid(),
  slug: Text(100),
  value: Type.Number(),
  limit: Nullable(Type.Number()),
})
const FigureView = Type.Object({
  id: Text(120),
  title: Text(200),
  total: Type.Number(),
  organizations: List(Place, 100, { description: 'Those with the most, without those that have none' }),
})
export const ReportInput = Closed({})
export const PlatformReport = Type.Object({
  at: Timestamp(),
  organizations: Type.Integer({ description: 'How many were looked at' }),
  figures: List(FigureView, 100),
  nearLimits: List(Type.Object({ figure: Text(120), title: Text(200), ...Place.properties }), 1000, {
    description: 'Nine tenths of a limit, or more',
  }),
  unread: List(Type.Object({ figure: Text(120), slug: Text(100) }), 1000, { description: 'What could not be counted' }),
})
export type PlatformReport = Static<typeof PlatformReport>
type Counted = Static<typeof Place>

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'core.platformReport': { input: Record<never, never>; output: PlatformReport }
  }
}

interface Organization {
  readonly id: string
  readonly slug: string
}

/** Opens a unit in one organisation after another while its caller's is open: two at a time could wait for each other. */
let busy = false

/**
 * What piles up across organisations, for the operator: counts, and nothing about anybody.
 * @throws Problem 403 unless whoever installed the bot holds a role over the whole platform, 409 while another one is made
 */
export async function platformReport(runtime: Runtime, ctx: CoreContext): Promise<PlatformReport> {
  await requireOperator(runtime, ctx)
  if (busy) throw new Problem(problems.conflict, { detail: 'Another report is being made; try again in a minute.' })
  busy = true
  try {
    return await makeReport(runtime, ctx)
  } finally {
    busy = false
  }
}

/** Roles of organisations carry no permission over the platform; the person is looked at all the same. */
async function requireOperator(runtime: Runtime, { actor }: CoreContext): Promise<void> {
  const by = actor.kind === 'bot' ? actor.installedBy : null
  const user = by?.kind === 'user' ? await new UserDirectory(runtime.database.platform).byId(by.id) : null
  if (user?.globalRole !== 'super_admin')
    throw new Problem(problems.forbidden, { detail: 'Only a bot of a super administrator reports on the platform.' })
}

async function makeReport(runtime: Runtime, ctx: CoreContext): Promise<PlatformReport> {
  const { platform } = runtime.database
  const organizations = await platform.query<Organization>(
    `SELECT id, slug FROM core.tenant WHERE status = 'active' AND copy_of IS NULL ORDER BY slug`,
    { type: QueryTypes.SELECT },
  )
  const slugs = new Map(organizations.map(({ id, slug }) => [id, slug]))
  const counts: Counts = new Map()
  const unread: PlatformReport['unread'] = []
  for (const figure of platformFigures) {
    const { id, title } = figure
    const found = [...(await figure.count(platform))].flatMap(([tenant, value]) => {
      const slug = slugs.get(tenant)
      return slug === undefined ? [] : [{ organizationId: tenant, slug, value, limit: null }]
    })
    counts.set(id, { id, title, found })
  }
  for (const organization of organizations) {
    ctx.signal.throwIfAborted()
    for (const figure of await contributed(runtime, ctx, organization, counts)) {
      if (unread.length < 1000) unread.push({ figure, slug: organization.slug })
    }
  }
  const nearLimits = [...counts.values()].flatMap(({ id, title, found }) =>
    found
      .filter(({ value, limit }) => limit !== null && limit > 0 && value >= limit * 0.9)
      .map((one) => ({ figure: id, title, ...one })),
  )
  return {
    at: ctx.now().toISOString(),
    organizations: organizations.length,
    figures: [...counts.values()].map(figureView).slice(0, 100),
    nearLimits: nearLimits.slice(0, 1000),
    unread,
  }
}

type Counts = Map<string, { readonly id: string; readonly title: string; readonly found: Counted[] }>

/** Figures of the plugins that are on there, behind its own wall. Gives those that failed. */
async function contributed(
  runtime: Runtime,
  ctx: CoreContext,
  { id: tenantId, slug }: Organization,
  counts: Counts,
): Promise<string[]> {
  const on = await runtime.enablement.of(tenantId)
  const failed: string[] = []
  for (const contribution of runtime.host.contributions(maintenanceFigures, on)) {
    const { id, title } = contribution
    try {
      const { value, limit = null } = await runtime.units.run({ tenantId, actor: ctx.actor, reading: true }, (tx) =>
        contribution.compute(tx),
      )
      const figure = counts.get(id) ?? { id, title, found: [] }
      counts.set(id, figure)
      figure.found.push({ organizationId: tenantId, slug, value, limit })
    } catch (error) {
      ctx.log.warn({ err: error, figure: id, tenant: tenantId }, 'a figure of the report failed')
      failed.push(id)
    }
  }
  return failed
}

function figureView({ id, title, found }: { id: string; title: string; found: readonly Counted[] }) {
  const some = found.filter(({ value }) => value > 0).toSorted((a, b) => b.value - a.value)
  return { id, title, total: found.reduce((sum, { value }) => sum + value, 0), organizations: some.slice(0, 100) }
}
