import {
  ApplyPlan,
  Closed,
  defineListing,
  invalid,
  LongText,
  listQuery,
  Page,
  parseListQuery,
  problems,
  type RequestFacts,
  readPage,
  Text,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { rows } from '../../auth/platform-rows.ts'
import { changeOrganization, readOrganization, setOrganizationStatus } from '../../tenancy/organizations.ts'
import { applyFile, makeOrganization } from '../../tenancy/organizations-file.ts'
import {
  NewOrganizationBody,
  type OrganizationRow,
  OrganizationView,
  organizationColumns,
  organizationView,
  PlatformChange,
} from '../../tenancy/organizations-view.ts'
import { applyDeletion, planDeletion, readDeletion } from '../operations/delete-organization.ts'
import { OperationView } from '../operations/operations.ts'
import type { CoreContext, CoreRouter, Place } from '../surroundings.ts'

const Figures = Type.Object(
  {
    users: Type.Integer({ description: 'Accounts that belong to it' }),
    groups: Type.Integer({ description: 'Groups it has' }),
    plugins: Type.Integer({ description: 'That are on' }),
  },
  { title: 'OrganizationFigures', description: 'What there is in it' },
)
const Listed = Type.Object({ ...OrganizationView.properties, figures: Figures }, { title: 'ListedOrganization' })
type Listed = Static<typeof Listed>
const Params = Closed({ id: Uuid() })
const OperationParams = Closed({ id: Uuid(), operation: Uuid() })

const listing = defineListing({
  id: 'core.organizations',
  fields: {
    status: { type: 'text', column: 't.status', values: ['active', 'suspended'], description: 'Whether it is served' },
    edition: { type: 'text', column: 't.edition', nullable: true, description: 'What it includes' },
    slug: { type: 'text', column: 't.slug', description: 'Its name in addresses' },
  },
  sorts: {
    slug: { column: 't.slug', type: 'text', leads: true },
    createdAt: { column: 't.id', type: 'uuid', leads: true },
    name: { column: 't.name', type: 'text' },
  },
  defaultSort: 'slug',
  idColumn: 't.id',
})

const figures = `(SELECT count(*) FROM core.affiliation a WHERE a.tenant_id = t.id)::int AS users,
  (SELECT count(*) FROM core."group" g WHERE g.tenant_id = t.id)::int AS groups,
  (SELECT count(*) FROM core.plugin_state s WHERE s.tenant_id = t.id AND s.enabled)::int AS plugins`
type FiguredRow = OrganizationRow & Static<typeof Figures>

const tags = ['Organisations']
const requires = 'core.organizations.manage' as const

/** Above organisations: each of these acts in the one its address names, on the platform's connections, and is written down there. */
export function organizationsRoutes(r: CoreRouter, place: Place): void {
  const view = (row: OrganizationRow): OrganizationView => organizationView(row, place.around.organizationDefaults)
  const within = <R>(ctx: CoreContext, facts: RequestFacts, tenantId: string, fn: (tx: Tx) => Promise<R>): Promise<R> =>
    place.around.runtime.platformUnits.run(
      { tenantId, actor: ctx.actor, requestId: facts.id, address: facts.address },
      fn,
    )
  // What an Idempotency-Key answered is kept where the request acts: that is all their own unit of work is for.

  r.route({
    method: 'GET',
    url: '/organizations',
    access: { requires: 'core.organizations.read' },
    summary: 'List organisations with figures',
    tags,
    schema: { query: listQuery(listing), response: Page(Listed) },
    handler: (_ctx, { query }) => {
      const { platform } = place.around.runtime.database
      const source = {
        query: <Row extends object>(sql: string, bind?: readonly unknown[]) => rows<Row>(platform, sql, bind),
      }
      return readPage<FiguredRow, Listed>(source, listing, parseListQuery(listing, query), {
        select: `${organizationColumns}, ${figures}`,
        from: '(SELECT * FROM core.tenant WHERE copy_of IS NULL) t',
        of: (row) => ({ ...view(row), figures: { users: row.users, groups: row.groups, plugins: row.plugins } }),
      })
    },
  })
  r.route({
    method: 'POST',
    url: '/organizations',
    access: { requires },
    summary: 'Make an organisation, also from an organisation file',
    tags,
    schema: { body: NewOrganizationBody, response: OrganizationView },
    status: 201,
    location: '/api/v1/organizations',
    handler: (ctx, { body, facts }) =>
      ctx.transaction(async () => {
        const by = { actor: ctx.actor, requestId: facts.id, address: facts.address }
        const { id } = await makeOrganization(place.around.runtime, body, by)
        return within(ctx, facts, id, async (tx) => view(await readOrganization(tx)))
      }),
  })
  r.route({
    method: 'GET',
    url: '/organizations/:id',
    access: { requires: 'core.organizations.read' },
    summary: 'Show an organisation',
    tags,
    schema: { params: Params, response: OrganizationView },
    handler: (ctx, { params, facts }) => within(ctx, facts, params.id, async (tx) => view(await readOrganization(tx))),
  })
  r.route({
    method: 'PUT',
    url: '/organizations/:id',
    access: { requires },
    summary: 'Change an organisation, its edition too',
    tags,
    schema: { params: Params, body: PlatformChange, response: OrganizationView },
    handler: (ctx, { params, body, facts }) =>
      within(ctx, facts, params.id, async (tx) =>
        view(await changeOrganization(place.around.runtime, tx, body, facts)),
      ),
  })
  r.route({
    method: 'POST',
    url: '/organizations/:id/apply',
    access: { requires },
    summary: 'Bring an organisation to what its file says; again changes nothing',
    tags,
    problems: [problems.inUse],
    schema: {
      params: Params,
      body: Closed({
        yaml: LongText(262_144, {
          description: 'An organisation file',
          examples: ['Orga: Makerspace Köln\nHierarchie:\n- Verein\n- Team\n'],
        }),
      }),
      response: Type.Object({
        changed: Type.Array(Text(100), { maxItems: 100, description: 'Parts that changed' }),
        notices: Type.Array(Text(1000), { maxItems: 100, description: 'What the reader had to decide' }),
      }),
    },
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(() => within(ctx, facts, params.id, (tx) => applyFile(place.around.runtime, tx, body.yaml))),
  })
  r.route({
    method: 'POST',
    url: '/organizations/:id/suspend',
    access: { requires },
    summary: 'Suspend an organisation: nobody gets in, nothing is lost',
    description: 'Its jobs and mails wait, and its schedules pass, until it is reactivated.',
    tags,
    schema: {
      params: Params,
      body: Closed({ reason: Text(1000, { description: 'Kept in the audit trail' }) }),
      response: OrganizationView,
    },
    handler: (ctx, { params, body, facts }) => {
      if (params.id === ctx.tenantId) throw invalid('/id', 'is the organisation this request acts in', { in: 'path' })
      return ctx.transaction(() =>
        within(ctx, facts, params.id, async (tx) => view(await setOrganizationStatus(tx, 'suspended', body.reason))),
      )
    },
  })
  r.route({
    method: 'POST',
    url: '/organizations/:id/reactivate',
    access: { requires },
    summary: 'End the suspension of an organisation',
    tags,
    schema: { params: Params, response: OrganizationView },
    handler: (ctx, { params, facts }) =>
      ctx.transaction(() =>
        within(ctx, facts, params.id, async (tx) => view(await setOrganizationStatus(tx, 'active', null))),
      ),
  })
  r.route({
    method: 'POST',
    url: '/organizations/:id/deletion',
    access: { requires },
    summary: 'Plan to delete an organisation with everything in it',
    description: 'Deletes nothing yet: send the hash of the plan to `apply`.',
    tags,
    schema: { params: Params, response: OperationView },
    status: 201,
    handler: (ctx, { params, facts }) => ctx.transaction(() => within(ctx, facts, params.id, planDeletion)),
  })
  r.route({
    method: 'GET',
    url: '/organizations/:id/deletion/:operation',
    access: { requires: 'core.organizations.read' },
    summary: 'Show how far a deletion is; also when the organisation is gone',
    tags,
    schema: { params: OperationParams, response: OperationView },
    handler: (ctx, { params, facts }) => within(ctx, facts, params.id, (tx) => readDeletion(tx, params.operation)),
  })
  r.route({
    method: 'POST',
    url: '/organizations/:id/deletion/:operation/apply',
    access: { requires },
    summary: 'Delete an organisation as planned; nothing brings it back',
    tags,
    problems: [problems.planOutdated],
    schema: { params: OperationParams, body: ApplyPlan, response: OperationView },
    status: 202,
    handler: (ctx, { params, body, facts }) => {
      if (params.id === ctx.tenantId) throw invalid('/id', 'is the organisation this request acts in', { in: 'path' })
      return ctx.transaction(() =>
        within(ctx, facts, params.id, (tx) => applyDeletion(tx, params.operation, body.hash)),
      )
    },
  })
}
