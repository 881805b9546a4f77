/** `/registrations`: asking to become a member, without an account; and what staff do with it. Off by default. */
import {
  type Access,
  Closed,
  defineListing,
  Email,
  isProblem,
  listQuery,
  Nullable,
  Page,
  Problem,
  parseListQuery,
  problems,
  readPage,
  requireEverywhere,
  Slug,
  Timestamp,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { MembersContext } from '../context.ts'
import { MemberPatch, OwnMemberPatch } from '../member-schema.ts'
import type { MembersPermission } from '../permissions.ts'
import { acceptRegistration, confirm, refuseRegistration, register, tokenHash } from '../service/registration.ts'
import { type RegistrationRow, registrationByToken, registrationColumns } from '../sql/registrations.ts'
import type { MembersRouter } from './router.ts'

const tags = ['Registration'] as const
const { firstName, middleName, lastName, suffix, birthday, gender } = MemberPatch.properties
const RegistrationInput = Closed(
  { firstName, middleName, lastName, suffix, email: Email(), birthday, gender, ...OwnMemberPatch.properties },
  { title: 'RegistrationInput', examples: [{ firstName: 'Maria', lastName: 'Velázquez', email: 'maria@example.org' }] },
)
const states = ['unconfirmed', 'confirmed', 'accepted', 'refused'] as const
const Registration = Type.Object(
  {
    id: Uuid(),
    state: Type.Enum([...states], { description: 'Waits for the mail, then for a decision' }),
    profile: Type.Unsafe<object>({ type: 'object', additionalProperties: true, description: 'Empty once decided' }),
    memberId: Nullable(Uuid({ description: 'The pending member it made' })),
    expiresAt: Timestamp({ description: 'Until when the mail can be answered' }),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Registration' },
)
type Registration = Static<typeof Registration>
const registrationOf = (row: RegistrationRow): Registration => ({
  id: row.id,
  state: row.state,
  profile: row.profile,
  memberId: row.member_id,
  expiresAt: row.expires_at.toISOString(),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

const listing = defineListing({
  id: 'registrations',
  fields: { state: { type: 'text', column: 'g.state', description: 'State', values: states } },
  sorts: { createdAt: { column: 'g.created_at', type: 'timestamp', leads: true } },
  defaultSort: '-createdAt',
  idColumn: 'g.id',
  tenantColumn: 'g.tenant_id',
})

const byName: Access<MembersPermission> = {
  public: true,
  because: 'somebody who is no member yet has no account; on only where the organisation switched it on',
  tenant: async ({ query }, lookup) =>
    typeof query.organization === 'string' ? lookup('members.organization_by_slug', query.organization) : null,
}
const byToken: Access<MembersPermission> = {
  public: true,
  because: 'the confirmation link of a registration is its own credential',
  tenant: async ({ params }, lookup) =>
    params.token ? lookup('members.registration_tenant', tokenHash(params.token)) : null,
}

/** @throws Problem 404 where the organisation does not offer it */
function requireOn(ctx: MembersContext): void {
  if (!ctx.config.selfRegistration) throw new Problem(problems.notFound)
}
const Token = Closed({ token: Type.String({ minLength: 20, maxLength: 100 }) })
const Done = Type.Object(
  { state: Type.Enum(['confirmationSent', 'confirmed'], { description: 'Which step was done' }) },
  { title: 'RegistrationStep' },
)
const params = Closed({ id: Uuid() })

export function registrationRoutes(r: MembersRouter): void {
  r.route({
    method: 'POST',
    url: '/registrations',
    access: byName,
    summary: 'Ask to become a member',
    description: 'The answer is the same whether the address is known or not. A mail asks to confirm it.',
    tags,
    rateLimit: { max: 5, perSeconds: 3600, strict: true },
    schema: {
      query: Closed({ organization: Slug({ description: 'Which organisation, by slug' }) }),
      body: RegistrationInput,
      response: Done,
    },
    status: 202,
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        requireOn(ctx)
        await register(ctx, tx, body)
        return { state: 'confirmationSent' as const }
      }),
  })

  r.route({
    method: 'GET',
    url: '/registrations/token/:token',
    access: byToken,
    summary: 'Show a registration to be confirmed',
    description: 'Never confirms: mail scanners open links.',
    tags,
    rateLimit: { max: 30, perSeconds: 60, strict: true },
    schema: {
      params: Token,
      response: Type.Object({
        organization: Type.String({ description: 'Its name' }),
        email: Type.String(),
        expiresAt: Timestamp({ description: 'Until when the mail can be answered' }),
      }),
    },
    handler: (ctx, { params: { token } }) =>
      ctx.read(async (tx) => {
        requireOn(ctx)
        const row = await registrationByToken(tx, tokenHash(token))
        if (!row) throw new Problem(problems.notFound)
        const { name } = await ctx.use.organization.current(tx)
        return { organization: name, email: row.profile.email ?? '', expiresAt: row.expires_at.toISOString() }
      }),
  })

  r.route({
    method: 'POST',
    url: '/registrations/token/:token/confirm',
    access: byToken,
    summary: 'Confirm a registration',
    description: 'Makes a pending member without rights. Unknown, used and expired links give the same answer.',
    tags,
    rateLimit: { max: 30, perSeconds: 60, strict: true },
    schema: { params: Token, response: Done },
    async handler(ctx, { params: { token } }) {
      requireOn(ctx)
      const work = (tx: Tx) => confirm(ctx, tx, token)
      await ctx.transaction(work).catch((cause) => {
        // An address that was taken in the same moment belongs to a member by now: the second time this is seen.
        if (!isProblem(cause) || cause.kind.type !== problems.alreadyExists.type) throw cause
        return ctx.transaction(work)
      })
      return { state: 'confirmed' as const }
    },
  })

  r.route({
    method: 'GET',
    url: '/registrations',
    access: { requires: 'members.create' },
    summary: 'List registrations',
    tags,
    schema: { query: listQuery(listing), response: Page(Registration) },
    handler: (ctx, { query }) =>
      ctx.read((tx) => {
        requireEverywhere(ctx, 'members.create')
        return readPage<RegistrationRow, Registration>(tx, listing, parseListQuery(listing, query), {
          select: registrationColumns,
          from: 'members.registration g',
          tenantId: tx.tenantId,
          of: registrationOf,
        })
      }),
  })

  const decisions = [
    ['accept', 'Accept a registration', 'The pending member is one from now on.', acceptRegistration],
    ['refuse', 'Refuse a registration', 'The pending member and what was written are deleted.', refuseRegistration],
  ] as const
  for (const [name, summary, description, decide] of decisions) {
    r.route({
      method: 'POST',
      url: `/registrations/:id/${name}`,
      access: { requires: 'members.create' },
      summary,
      description,
      tags,
      problems: [problems.conflict, problems.alreadyExists],
      schema: { params, response: Registration },
      handler: (ctx, { params: { id } }) =>
        ctx.transaction(async (tx) => {
          requireEverywhere(ctx, 'members.create')
          return registrationOf(await decide(ctx, tx, id))
        }),
    })
  }
}
