/** `/members/invites/{token}/accept`: open to whoever has the link. Log, trace and problem show the path without it. */
import { Closed, type Lookup, Problem, type PublicRequest, problems, Text } from '@guildhall/sdk'
import type { MembersRouter } from '../routes/router.ts'
import { accept, show } from './accept.ts'
import { Acceptance, Accepted, Offer } from './invitation-schema.ts'
import { offerPage, refusalPage, welcomePage } from './page.ts'
import { hashOf } from './token.ts'

const Params = Closed({ token: Text(200, { description: 'From the link of the invitation' }) })
const tags = ['Invitations'] as const

const access = {
  public: true,
  because: 'the token of the invitation is the credential',
  tenant: ({ params }: PublicRequest, lookup: Lookup) =>
    lookup('members.invitation_tenant', hashOf(params.token ?? '')),
} as const
/** By address; far below what guessing 256 bits would take, far above what people do. */
const rateLimit = { max: 300, perSeconds: 600, strict: true } as const

export function acceptRoutes(r: MembersRouter): void {
  r.route({
    method: 'GET',
    url: '/members/invites/:token/accept',
    access,
    rateLimit,
    summary: 'Show what an invitation offers',
    description:
      'Changes nothing. Unknown, expired, used and cancelled tokens get the same 404. A browser gets a page with one button.',
    tags,
    schema: { params: Params, response: Offer },
    page: (outcome, { language }) =>
      'answer' in outcome ? offerPage(outcome.answer, language) : refusalPage(outcome.problem, language),
    handler: (ctx, { params }) => ctx.read((tx) => show(ctx, tx, hashOf(params.token))),
  })

  r.route({
    method: 'POST',
    url: '/members/invites/:token/accept',
    access,
    rateLimit,
    summary: 'Accept an invitation',
    description:
      'Exactly once. Makes the member with the role, groups and plan of the invitation. Who is signed in with the invited ' +
      'address, proven, is let in with that account; for anybody else an account of this organisation alone is made. ' +
      'Where its password is chosen is mailed, or stands in `setPasswordLink` while no mail server is set.',
    tags,
    problems: [problems.forbidden, problems.unauthenticated],
    schema: { params: Params, body: Acceptance, response: Accepted },
    status: 201,
    location: '/api/v1/members',
    once: ['setPasswordLink'],
    page: (outcome, { language }) =>
      'answer' in outcome ? welcomePage(outcome.answer, language) : refusalPage(outcome.problem, language),
    handler: (ctx, { params, body }) =>
      ctx
        .transaction((tx) => accept(ctx, tx, hashOf(params.token), body ?? {}))
        .catch((error: unknown) => {
          throw claimed(error)
        }),
  })
}

/** The address got another member while this one was being made: for the holder of the link the same conflict as ever. */
function claimed(error: unknown): unknown {
  return error instanceof Problem && error.kind.type === problems.alreadyExists.type
    ? new Problem(problems.conflict, { detail: error.detail ?? problems.conflict.title, cause: error })
    : error
}
