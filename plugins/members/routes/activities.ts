/** `/members/{id}/activities`: what a member did and what was done to the record. */
import { defineListing, listQuery, Page, parseListQuery, readPage, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { requireMember } from '../access.ts'
import { living } from './member.ts'
import { MemberId, type MembersRouter, tags } from './router.ts'

const Activity = Type.Object(
  {
    id: Uuid(),
    memberId: Uuid(),
    kind: Type.String({ description: 'What happened, such as `updated` or `suspended`' }),
    byMember: Type.Boolean({ description: 'The member did it himself' }),
    actor: Type.Object(
      {
        kind: Type.String({ description: '`user`, `apiToken`, `service`, `bot` or `system`' }),
        id: Type.Union([Type.String(), Type.Null()]),
      },
      { description: 'Who did it' },
    ),
    changes: Type.Array(
      Type.Object({
        field: Type.String({ description: 'Name of the field' }),
        from: Type.Optional(Type.Unknown({ description: 'What it was' })),
        to: Type.Optional(Type.Unknown({ description: 'What it is since' })),
      }),
      { description: 'Fields that changed, with what they were and are', maxItems: 200 },
    ),
    detail: Type.Unsafe<Record<string, unknown>>({
      description: 'Further facts, by kind',
      type: 'object',
      additionalProperties: true,
    }),
    at: Timestamp({ description: 'When it happened' }),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
  },
  { title: 'Activity' },
)
export type Activity = Static<typeof Activity>

export interface ActivityRow {
  readonly id: string
  readonly member_id: string
  readonly kind: string
  readonly by_member: boolean
  readonly actor_kind: string
  readonly actor_id: string | null
  readonly changes: Activity['changes']
  readonly detail: Record<string, unknown>
  readonly at: Date
}
export const activityColumns =
  'a.id, a.member_id, a.kind, a.by_member, a.actor_kind, a.actor_id, a.changes, a.detail, a.at'

export const activityOf = (row: ActivityRow): Activity => ({
  id: row.id,
  memberId: row.member_id,
  kind: row.kind,
  byMember: row.by_member,
  actor: { kind: row.actor_kind, id: row.actor_id },
  changes: row.changes,
  detail: row.detail,
  at: row.at.toISOString(),
  createdAt: row.at.toISOString(),
  updatedAt: row.at.toISOString(),
})

const activityListing = defineListing({
  id: 'member-activities',
  fields: {
    kind: { type: 'text', column: 'a.kind', description: 'Kind' },
    byMember: { type: 'boolean', column: 'a.by_member', description: 'Done by the member himself' },
    at: { type: 'timestamp', column: 'a.at', description: 'When' },
  },
  sorts: { at: { column: 'a.at', type: 'timestamp', leads: true } },
  defaultSort: '-at',
  idColumn: 'a.id',
  tenantColumn: 'a.tenant_id',
})

export function activityRoutes(r: MembersRouter): void {
  r.route({
    method: 'GET',
    url: '/members/:id/activities',
    access: { requires: 'members.read' },
    summary: 'List what happened with a member',
    description:
      'Newest first, with the values before and after. It is erased with the member; the audit trail is not.',
    tags,
    schema: { params: MemberId, query: listQuery(activityListing), response: Page(Activity) },
    handler: (ctx, { params, query }) =>
      ctx.read(async (tx) => {
        const { id } = await living(tx, params.id)
        await requireMember(ctx, tx, 'members.read', id)
        return readPage<ActivityRow, Activity>(tx, activityListing, parseListQuery(activityListing, query), {
          select: activityColumns,
          from: 'members.activity a',
          tenantId: tx.tenantId,
          where: (bind) => [`a.member_id = ${bind(id)}::uuid`],
          of: activityOf,
        })
      }),
  })
}
