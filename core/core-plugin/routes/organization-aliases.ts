import {
  Closed,
  Nullable,
  Problem,
  problems,
  type RequestFacts,
  readToReplace,
  Text,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { readOrganization } from '../../tenancy/organizations.ts'
import type { CoreContext, CoreRouter, Place } from '../surroundings.ts'

const most = 50
const Alias = Closed(
  {
    alias: Text(200, { description: 'Its alias at the identity provider', examples: ['acme'] }),
    providerId: Type.Optional(
      Nullable(
        Text(200, { description: 'Its id at the identity provider: with it, the alias alone proposes nothing' }),
      ),
    ),
  },
  { title: 'OrganizationAlias' },
)
const Aliases = Type.Object(
  { aliases: Type.Array(Alias, { description: 'All of them', maxItems: most }) },
  { title: 'OrganizationAliases' },
)
const Params = Type.Object({ id: Uuid() })

const show = async (tx: Tx): Promise<Static<typeof Aliases>> => ({
  aliases: await tx.query<Static<typeof Alias> & Record<string, unknown>>(
    'SELECT alias, provider_id AS "providerId" FROM core.organization_alias WHERE organization_id = $1 ORDER BY alias',
    [tx.tenantId],
  ),
})

/** Which organisation of the identity provider is which of ours: the platform's to say, above organisations. */
export function organizationAliasRoutes(r: CoreRouter, place: Place): void {
  const tags = ['Organisations']
  const within = <R>(ctx: CoreContext, facts: RequestFacts, tenantId: string, fn: (tx: Tx) => Promise<R>): Promise<R> =>
    place.around.runtime.platformUnits.run(
      { tenantId, actor: ctx.actor, requestId: facts.id, address: facts.address },
      async (tx) => {
        await readOrganization(tx)
        return fn(tx)
      },
    )
  r.route({
    method: 'GET',
    url: '/organizations/:id/aliases',
    access: { requires: 'core.organizations.read' },
    summary: "Show the identity provider's aliases of an organisation",
    tags,
    contentVersion: true,
    schema: { params: Params, response: Aliases },
    handler: (ctx, { params, facts }) => within(ctx, facts, params.id, show),
  })
  r.route({
    method: 'PUT',
    url: '/organizations/:id/aliases',
    contentVersion: true,
    access: { requires: 'core.organizations.manage' },
    summary: "Link the identity provider's organisations to an organisation",
    description:
      'Whoever signs in and is in one of them there belongs to this one from then on, with the roles it maps. 409 for an alias that is linked elsewhere.',
    tags,
    problems: [problems.conflict],
    schema: { params: Params, body: Aliases, response: Aliases },
    handler: (ctx, { params, body, facts }) =>
      within(ctx, facts, params.id, async (tx) => {
        const before = await readToReplace(tx, facts, show)
        const names = body.aliases.map(({ alias }) => alias)
        await tx.query('DELETE FROM core.organization_alias WHERE organization_id = $1', [tx.tenantId])
        const made = await tx.query(
          `INSERT INTO core.organization_alias (alias, provider_id, organization_id)
           SELECT n.alias, n.provider_id, $1 FROM unnest($2::text[], $3::text[]) AS n (alias, provider_id)
           ON CONFLICT (alias) DO NOTHING RETURNING alias`,
          [tx.tenantId, names, body.aliases.map(({ providerId }) => providerId ?? null)],
        )
        if (made.length < names.length)
          throw new Problem(problems.conflict, { detail: 'One of these aliases is linked already.' })
        await tx.audit({
          action: 'core.organization-aliases-changed',
          meta: { before: before.aliases.map(({ alias }) => alias), after: names },
        })
        return show(tx)
      }),
  })
}
