import { Closed, invalid, readToReplace, requireEverywhere, Text, Timestamp, type Tx } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { actorName } from '../../audit/actor.ts'
import { requireAll, roleNamed } from '../access/access-service.ts'
import type { CoreRouter, Place } from '../surroundings.ts'

const most = 200
const Claim = Type.Enum(['organization-role', 'realm-role'], {
  description: 'organization-role: a role in the claim `organization`; realm-role: one of `realm_access`',
})
const Mapping = Closed(
  {
    claim: Claim,
    value: Text(200, { description: 'Name of the role at the provider', examples: ['treasurer'] }),
    role: Text(63, { description: 'Key of a role here', examples: ['maker'] }),
  },
  { title: 'RoleMappingInput' },
)
type Mapping = Static<typeof Mapping>
const Mappings = Type.Object(
  {
    mappings: Type.Array(
      Type.Object({
        ...Mapping.properties,
        createdBy: Text(200, { description: 'Id of the account' }),
        createdAt: Timestamp(),
      }),
      { description: 'All of them', maxItems: most },
    ),
  },
  { title: 'RoleMappings' },
)

interface Row extends Mapping {
  created_by: string
  created_at: Date
}
const select = 'SELECT claim, value, role, created_by, created_at FROM core.role_mapping WHERE tenant_id = $1'
const read = (tx: Tx): Promise<Row[]> =>
  tx.query<Row & Record<string, unknown>>(`${select} ORDER BY claim, value, role`, [tx.tenantId])
const viewOf = (rows: readonly Row[]): Static<typeof Mappings> => ({
  mappings: rows.map(({ claim, value, role, created_by, created_at }) => ({
    claim,
    value,
    role,
    createdBy: created_by,
    createdAt: created_at.toISOString(),
  })),
})
const show = async (tx: Tx): Promise<Static<typeof Mappings>> => viewOf(await read(tx))
const keyOf = ({ claim, value, role }: Mapping): string => JSON.stringify([claim, value, role])

export function roleMappingRoutes(r: CoreRouter, place: Place): void {
  const tags = ['Roles and grants']
  r.route({
    method: 'GET',
    url: '/role-mappings',
    access: { requires: 'core.grants.read' },
    summary: 'Show which roles of the identity provider propose which roles here',
    tags,
    contentVersion: true,
    schema: { response: Mappings },
    handler: (ctx) =>
      ctx.read(async (tx) => {
        requireEverywhere(ctx, 'core.grants.read')
        return show(tx)
      }),
  })
  r.route({
    method: 'PUT',
    url: '/role-mappings',
    contentVersion: true,
    access: { requires: 'core.grants.manage' },
    summary: 'Say which roles of the identity provider propose which roles here',
    description:
      'They count at sign-in, in an organisation that the provider names and the platform has linked. Nobody maps a role whose permissions he does not hold himself. What was given before stays.',
    tags,
    schema: {
      body: Closed({ mappings: Type.Array(Mapping, { description: 'All that shall be', maxItems: most }) }),
      response: Mappings,
    },
    handler: (ctx, { body, facts }) =>
      ctx.transaction(async (tx) => {
        requireEverywhere(ctx, 'core.grants.manage')
        const { runtime } = place.around
        const before = await readToReplace(tx, facts, show)
        const standing = new Map(before.mappings.map((mapping) => [keyOf(mapping), mapping]))
        const wanted = new Map(body.mappings.map((mapping) => [keyOf(mapping), mapping]))
        for (const [i, mapping] of body.mappings.entries()) {
          if (standing.has(keyOf(mapping))) continue
          if (mapping.claim === 'realm-role' && mapping.value === 'super_admin')
            throw invalid(`/mappings/${i}/value`, 'is the role of the whole platform')
          const { permissions } = await roleNamed(runtime, tx, mapping.role, `/mappings/${i}/role`)
          await requireAll(runtime, tx, ctx, permissions, { path: '', extent: 'below' })
        }
        const added = [...wanted].flatMap(([key, mapping]) => (standing.has(key) ? [] : [mapping]))
        const removed = [...standing].flatMap(([key, mapping]) => (wanted.has(key) ? [] : [mapping]))
        for (const { claim, value, role } of removed)
          await tx.query(
            'DELETE FROM core.role_mapping WHERE tenant_id = $1 AND claim = $2 AND value = $3 AND role = $4',
            [tx.tenantId, claim, value, role],
          )
        for (const { claim, value, role } of added)
          await tx.query(
            `INSERT INTO core.role_mapping (tenant_id, claim, value, role, created_by, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)`,
            [tx.tenantId, claim, value, role, actorName(tx.actor), tx.now()],
          )
        for (const [change, some] of [
          ['added', added],
          ['removed', removed],
        ] as const)
          for (const { claim, value, role } of some)
            await tx.audit({ action: `core.role-mapping-${change}`, meta: { claim, value, role } })
        return show(tx)
      }),
  })
}
