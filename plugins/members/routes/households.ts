/** `/households`: who lives together, so that one address gets one letter. Dated; a child may live in two. */
import {
  Closed,
  DateOnly,
  defineListing,
  List,
  listQuery,
  Name,
  Nullable,
  Page,
  Problem,
  parseListQuery,
  problems,
  readPage,
  requireEverywhere,
  requireVersion,
  Timestamp,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import { Address, PostalAddress } from '../member-schema.ts'
import { todayOf } from '../service/status.ts'
import {
  deleteHousehold,
  type HouseholdRow,
  householdColumns,
  householdOf,
  readHousehold,
  saveHousehold,
  setInhabitants,
} from '../sql/households.ts'
import type { MembersRouter } from './router.ts'

const tags = ['Households'] as const
const parts = ['head', 'adult', 'child'] as const
const Inhabitant = Closed(
  {
    memberId: Uuid(),
    part: Type.Enum([...parts], { description: 'The head gets the letters' }),
    from: Type.Optional(DateOnly({ description: 'Default today' })),
    until: Type.Optional(Nullable(DateOnly({ description: 'The first day he no longer belongs to it' }))),
  },
  { title: 'HouseholdMemberInput' },
)
const HouseholdInput = Closed(
  {
    name: Name({ description: 'What the letters are addressed to', examples: ['Familie Müller'] }),
    address: Type.Optional(Nullable(Address)),
    members: Type.Optional(List(Inhabitant, 50, { description: 'All of them; who is left out ends today' })),
  },
  {
    title: 'HouseholdInput',
    examples: [{ name: 'Familie Müller', address: { street: 'Domkloster', houseNumber: '4', city: 'Köln' } }],
  },
)
export type HouseholdInput = Static<typeof HouseholdInput>
export const Household = Type.Object(
  {
    id: Uuid(),
    name: Type.String({ description: 'What the letters are addressed to' }),
    address: Nullable(PostalAddress),
    members: Type.Array(
      Type.Object({
        memberId: Uuid(),
        displayName: Type.String({ description: 'Shown name of the member' }),
        part: Type.Enum([...parts], { description: 'What the member is in it' }),
        from: Type.String({ description: 'First day', format: 'date' }),
        until: Nullable(
          Type.String({ description: 'The first day he no longer belongs to it; null: open-ended', format: 'date' }),
        ),
      }),
      { description: 'Who lives there, and since when', maxItems: 500 },
    ),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Household' },
)
export type Household = Static<typeof Household>

const listing = defineListing({
  id: 'households',
  fields: {
    memberId: {
      type: 'uuid',
      description: 'Somebody who belongs or belonged to it',
      ops: ['eq'],
      sql: (_op, value, bind) =>
        `EXISTS (SELECT 1 FROM members.household_member i WHERE i.tenant_id = h.tenant_id AND i.household_id = h.id
           AND i.member_id = ${bind(value)}::uuid)`,
    },
  },
  sorts: { name: { column: 'h.name_key', type: 'text', leads: true } },
  defaultSort: 'name',
  idColumn: 'h.id',
  tenantColumn: 'h.tenant_id',
})

const params = Closed({ id: Uuid() })

async function household(tx: Tx, id: string, o: { lock?: boolean } = {}): Promise<Household> {
  const found = await readHousehold(tx, id, o)
  if (!found) throw new Problem(problems.notFound)
  return found
}

export function householdRoutes(r: MembersRouter): void {
  r.route({
    method: 'GET',
    url: '/households',
    access: { requires: 'members.read' },
    summary: 'List households',
    tags,
    schema: { query: listQuery(listing), response: Page(Household) },
    handler: (ctx, { query }) =>
      ctx.read((tx) => {
        requireEverywhere(ctx, 'members.read')
        return readPage<HouseholdRow, Household>(tx, listing, parseListQuery(listing, query), {
          select: householdColumns,
          from: 'members.household h',
          tenantId: tx.tenantId,
          of: householdOf,
        })
      }),
  })

  r.route({
    method: 'GET',
    url: '/households/:id',
    access: { requires: 'members.read' },
    summary: 'Read a household',
    tags,
    schema: { params, response: Household },
    handler: (ctx, { params: { id } }) =>
      ctx.read((tx) => {
        requireEverywhere(ctx, 'members.read')
        return household(tx, id)
      }),
  })

  r.route({
    method: 'POST',
    url: '/households',
    access: { requires: 'members.update' },
    summary: 'Add a household',
    tags,
    schema: { body: HouseholdInput, response: Household },
    status: 201,
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        requireEverywhere(ctx, 'members.update')
        const id = uuidv7()
        await saveHousehold(tx, { id, name: body.name, address: body.address ?? null })
        await setInhabitants(tx, id, body.members ?? [], (await todayOf(ctx, tx)).date)
        await tx.audit({ action: 'members.householdCreated', target: { type: 'household', id } })
        return household(tx, id)
      }),
  })

  for (const method of ['PUT', 'PATCH'] as const) {
    r.route({
      method,
      url: '/households/:id',
      access: { requires: 'members.update' },
      summary: 'Change a household',
      tags,
      schema: {
        params,
        body: Type.Partial(HouseholdInput, { title: 'HouseholdPatch', additionalProperties: false }),
        response: Household,
      },
      handler: (ctx, { params: { id }, body, facts }) =>
        ctx.transaction(async (tx) => {
          requireEverywhere(ctx, 'members.update')
          const before = await household(tx, id, { lock: true })
          requireVersion(facts, before.version)
          await saveHousehold(tx, {
            id,
            name: body.name ?? before.name,
            address: body.address === undefined ? before.address : body.address,
          })
          if (body.members) await setInhabitants(tx, id, body.members, (await todayOf(ctx, tx)).date)
          await tx.audit({
            action: 'members.householdUpdated',
            target: { type: 'household', id },
            changed: Object.keys(body),
          })
          return household(tx, id)
        }),
    })
  }

  r.route({
    method: 'DELETE',
    url: '/households/:id',
    access: { requires: 'members.update' },
    summary: 'Delete a household',
    description: 'To keep it as history, end its members instead: `members: []`.',
    tags,
    schema: { params, response: Type.Null() },
    status: 204,
    handler: (ctx, { params: { id }, facts }) =>
      ctx.transaction(async (tx) => {
        requireEverywhere(ctx, 'members.update')
        requireVersion(facts, (await household(tx, id, { lock: true })).version)
        await deleteHousehold(tx, id)
        await tx.audit({ action: 'members.householdDeleted', target: { type: 'household', id } })
        return null
      }),
  })
}
