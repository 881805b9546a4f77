import {
  type Context,
  organizationService,
  organizationToday,
  type PermissionDeclaration,
  type Tx,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { emailService } from '#plugins/email/refs.ts'
import { type Caller, memberReach, membersService, sheetService } from '#plugins/members/refs.ts'
import type { Desk } from './memberships/periods.ts'

export const PlansConfig = Type.Object(
  {
    graceDays: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 365,
      description: 'Days after a period in which the member still counts as covered',
    }),
  },
  { additionalProperties: false },
)

export const planPermissions = {
  'plans.read': { title: 'See plans and how many have them', writes: false, wholeOnly: true, grantedTo: ['admin'] },
  'plans.write': { title: 'Add, change and delete plans', writes: true, wholeOnly: true },
  'plans.memberships.read': {
    title: 'See who has which plan, and since when',
    writes: false,
    own: true,
    grantedTo: ['admin', 'maker', 'service_provider'],
  },
  'plans.memberships.export': { title: 'Export who has which plan', writes: false, grantedTo: ['admin'] },
  'plans.memberships.write': { title: 'Start, renew, change and end memberships', writes: true },
} as const satisfies Record<`plans.${string}`, PermissionDeclaration>

export const planUses = { organization: organizationService, members: membersService, sheets: sheetService }
/** The reminder before a membership ends, where e-mail is on. */
export const planOptionalUses = { email: emailService }

export type PlansContext = Context<
  typeof planUses,
  typeof planOptionalUses,
  Static<typeof PlansConfig>,
  keyof typeof planPermissions
>

export const deskOf = async (ctx: PlansContext, tx: Tx): Promise<Desk> => ({
  members: ctx.use.members,
  today: await ctx.use.organization.today(tx),
  graceDays: ctx.config.graceDays ?? 0,
})
/** A contribution has no configuration: it reads no status that grace would change. */
export const deskOfCaller = async ({ members }: Caller, tx: Tx): Promise<Desk> => ({
  members,
  today: await organizationToday(tx),
  graceDays: 0,
})

/**
 * Asks a permission with the member at hand: by the groups he is in, or as his own record.
 * @throws Problem 404 when the actor may not even see his memberships, else 403
 */
export async function requireAtMember(
  ctx: PlansContext,
  tx: Tx,
  permission: 'plans.memberships.read' | 'plans.memberships.write',
  memberId: string,
): Promise<void> {
  if (ctx.may(permission, { paths: [''] })) return
  const paths: string[] = []
  for (const reach of ctx.contributions(memberReach))
    paths.push(...((await reach.pathsOf(tx, [memberId])).get(memberId) ?? []))
  await ctx.require(permission, { paths, self: memberId, readable: 'plans.memberships.read' })
}

/**
 * The member whose memberships are to be written; an id that was merged into another goes on resolving.
 * @throws Problem 404 for one who is not there or not to be seen, 403
 */
export async function writableMember(ctx: PlansContext, tx: Tx, given: string): Promise<string> {
  const { id } = await ctx.use.members.get(tx, given)
  await requireAtMember(ctx, tx, 'plans.memberships.write', id)
  return id
}
