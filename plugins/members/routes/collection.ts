/** `/members`: adding, listing, asking with a filter in the body. */
import { Closed, Filter, listQuery, Page, Problem, problems, requireEverywhere, Text } from '@guildhall/sdk'
import Type from 'typebox'
import { memberPage } from '../list.ts'
import { memberListing, memberParameters } from '../listing.ts'
import { Member, MemberInput } from '../member-schema.ts'
import { membersServiceFor } from '../service/index.ts'
import { staffView, withIncludes } from '../views.ts'
import { type MembersRouter, tags } from './router.ts'

/** `?include=` adds what plugins contribute. */
export const MemberWithIncludes = Type.Object(Member.properties, {
  title: 'MemberWithIncludes',
  additionalProperties: true,
})

const NewMember = Closed(
  {
    ...MemberInput.properties,
    sendWelcome: Type.Optional(Type.Boolean({ description: 'Welcome the new member by e-mail. Default false' })),
    allowDuplicate: Type.Optional(
      Type.Boolean({ description: 'Add even where the organisation refuses probable duplicates. Default false' }),
    ),
  },
  {
    title: 'NewMember',
    examples: [{ firstName: 'Maria', lastName: 'Velázquez', email: 'maria@example.org', role: 'maker' }],
  },
)
const Added = Type.Object(
  {
    ...Member.properties,
    possibleDuplicates: Type.Array(Type.String({ format: 'uuid' }), {
      maxItems: 20,
      description: 'Members that may be the same person; see /members/duplicates',
    }),
  },
  { title: 'AddedMember' },
)
const Query = Closed(
  {
    filter: Type.Optional(Filter.ref),
    search: Type.Optional(Text(200, { description: 'Words of names, e-mail addresses and numbers', min: 0 })),
    sort: Type.Optional(
      Text(300, { description: 'Keys with commas between, `-` before a falling one, such as `lastName,-joinedOn`' }),
    ),
    limit: Type.Optional(Type.Integer({ description: 'Entries a page; default 25', minimum: 1, maximum: 200 })),
    cursor: Type.Optional(Type.String({ description: 'From `page.nextCursor` of the page before', maxLength: 4000 })),
    total: Type.Optional(Type.Boolean({ description: 'Count what all pages hold' })),
    ...memberParameters,
  },
  { title: 'MemberQuery' },
)

export function collectionRoutes(r: MembersRouter): void {
  r.route({
    method: 'POST',
    url: '/members',
    access: { requires: 'members.create' },
    summary: 'Add a member',
    description: 'Only a name is required. `joinedOn` left out is today; null is unknown.',
    tags,
    problems: [problems.alreadyExists],
    schema: { body: NewMember, response: Added },
    status: 201,
    handler: (ctx, { body: { sendWelcome, allowDuplicate, ...input } }) =>
      ctx.transaction(async (tx) => {
        requireEverywhere(ctx, 'members.create')
        const record = await membersServiceFor(ctx).create(tx, input, { notify: sendWelcome ?? false })
        if (ctx.config.duplicates === 'refuse' && !allowDuplicate && record.possibleDuplicates.length > 0)
          throw new Problem(problems.alreadyExists, {
            detail: 'Somebody with this name is a member already; send allowDuplicate: true to add another one.',
            extensions: { possibleDuplicates: record.possibleDuplicates },
          })
        return { ...staffView(record), possibleDuplicates: [...record.possibleDuplicates] }
      }),
  })

  r.route({
    method: 'GET',
    url: '/members',
    access: { requires: 'members.read' },
    summary: 'List members',
    description:
      'Fields of the filter stand in the query as well (`?status=active,pending`, `?joinedOn.gte=2020-01-01`), among them ' +
      '`custom.<key>` and `age`; with their plugins on also `plan` (id or name), `membershipState` (none, upcoming, covered, ' +
      'ended), `validUntil`, `group` and `groupSubtree` (id or external id), and `groupRole`.',
    tags,
    schema: { query: listQuery(memberListing, { open: true }), response: Page(MemberWithIncludes) },
    handler: (ctx, { query }) =>
      ctx.read(async (tx) => {
        const page = await memberPage(ctx, tx, query)
        return { ...page, items: await withIncludes(ctx, tx, page.items.map(staffView), query.include) }
      }),
  })

  r.route({
    method: 'POST',
    url: '/members/query',
    reads: true,
    access: { requires: 'members.read' },
    summary: 'List members by a filter in the body',
    description: 'The same as GET /members, for filters too long for an address. It changes nothing.',
    tags,
    schema: { body: Query, response: Page(MemberWithIncludes) },
    handler: (ctx, { body: { filter, ...rest } }) =>
      ctx.read(async (tx) => {
        const page = await memberPage(ctx, tx, { ...rest, ...(filter && { filter: JSON.stringify(filter) }) })
        return { ...page, items: await withIncludes(ctx, tx, page.items.map(staffView), rest.include) }
      }),
  })
}
