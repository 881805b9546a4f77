import {
  Closed,
  defineListing,
  listQuery,
  Nullable,
  Page,
  Problem,
  parseListQuery,
  problems,
  readPage,
  Text,
  Timestamp,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { rows } from '../../auth/platform-rows.ts'
import type { CoreRouter, Place } from '../surroundings.ts'

const UserView = Type.Object(
  {
    id: Uuid(),
    email: Nullable(Text(320)),
    name: Nullable(Text(400, { description: 'What people read' })),
    disabled: Type.Boolean({ description: 'Cannot sign in' }),
    createdAt: Timestamp({ description: 'When the user joined this organisation' }),
    updatedAt: Timestamp({ description: 'The last sign-in, or createdAt' }),
    lastLoginAt: Nullable(Timestamp({ description: 'Null: never' })),
  },
  { title: 'User' },
)
type UserView = Static<typeof UserView>

const userListing = defineListing({
  id: 'core.users',
  fields: { id: { type: 'uuid', column: 'a.user_id', description: 'Id of the user' } },
  sorts: { id: { column: 'a.user_id', type: 'uuid', leads: true } },
  defaultSort: 'id',
  idColumn: 'a.user_id',
  tenantColumn: 'a.tenant_id',
})

interface Person {
  id: string
  email: string | null
  name: string | null
  disabled: boolean
  last_login_at: Date | null
}

/** People are global and only the platform role reads them; who belongs here is read under row-level security first. */
async function people(place: Place, here: readonly { id: string; joined: Date }[]): Promise<UserView[]> {
  const found = await rows<Person>(
    place.around.runtime.database.platform,
    'SELECT id, email, name, disabled, last_login_at FROM core.app_user WHERE id = ANY($1)',
    [here.map(({ id }) => id)],
  )
  const byId = new Map(found.map((person) => [person.id, person]))
  return here.flatMap(({ id, joined }) => {
    const person = byId.get(id)
    if (!person) return []
    const { email, name, disabled, last_login_at } = person
    const createdAt = joined.toISOString()
    const lastLoginAt = last_login_at?.toISOString() ?? null
    return [{ id, email, name, disabled, createdAt, updatedAt: lastLoginAt ?? createdAt, lastLoginAt }]
  })
}

const tags = ['Users']

export function userRoutes(r: CoreRouter, place: Place): void {
  r.route({
    method: 'GET',
    url: '/users',
    access: { requires: 'core.users.read' },
    summary: 'List who can sign in to this organisation',
    tags,
    schema: { query: listQuery(userListing), response: Page(UserView) },
    handler: async (ctx, { query }) => {
      const page = await ctx.read((tx) =>
        readPage<{ id: string; joined: Date }>(tx, userListing, parseListQuery(userListing, query), {
          select: 'a.user_id AS id, a.created_at AS joined',
          from: 'core.affiliation a',
          tenantId: tx.tenantId,
        }),
      )
      return { items: await people(place, page.items), page: page.page }
    },
  })
  r.route({
    method: 'GET',
    url: '/users/:id',
    access: { requires: 'core.users.read' },
    summary: 'Show somebody who can sign in to this organisation',
    tags,
    schema: { params: Closed({ id: Uuid() }), response: UserView },
    handler: async (ctx, { params }) => {
      const here = await ctx.read((tx) =>
        tx.query<{ id: string; joined: Date }>(
          'SELECT user_id AS id, created_at AS joined FROM core.affiliation WHERE tenant_id = $1 AND user_id = $2',
          [tx.tenantId, params.id],
        ),
      )
      const [user] = await people(place, here)
      if (!user) throw new Problem(problems.notFound)
      return user
    },
  })
}
