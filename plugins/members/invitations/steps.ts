/** What other plugins add to an invitation: planId by plans, groupIds by groups. */
import { invalid, isProblem, problems, type Tx } from '@guildhall/sdk'
import { callerOf, type Person } from '../acting-for.ts'
import type { MembersContext } from '../context.ts'
import { type InvitationStep, invitationSteps } from '../refs.ts'
import { type InvitationInput, stepKeys } from './invitation-schema.ts'

type Grants = Readonly<Record<string, unknown>>

const stepsOf = (ctx: MembersContext, grants: Grants): { step: InvitationStep; value: unknown }[] =>
  ctx.contributions(invitationSteps).flatMap((step) => (step.key in grants ? [{ step, value: grants[step.key] }] : []))

/**
 * What the inviter gives beside the role, each part asked of its plugin.
 * @throws Problem 400 where the plugin is off or the value does not fit, 403 where he may not give it
 */
export async function grantsOf(ctx: MembersContext, tx: Tx, input: InvitationInput): Promise<Grants> {
  const grants = Object.fromEntries(
    stepKeys.flatMap((key) => (input[key] === undefined || input[key].length === 0 ? [] : [[key, input[key]]])),
  )
  const known = new Set(ctx.contributions(invitationSteps).map(({ key }) => key))
  for (const key of Object.keys(grants))
    if (!known.has(key))
      throw invalid(`/${key}`, 'The plugin that gives this is off here; leave it out', { code: 'pluginOff' })
  await requireGivable(ctx, tx, grants)
  return grants
}

/** @throws as each step does */
export async function requireGivable(ctx: MembersContext, tx: Tx, grants: Grants): Promise<void> {
  for (const { step, value } of stepsOf(ctx, grants)) await step.validate(tx, value, callerOf(ctx))
}

/**
 * The same when it is accepted: rights are asked again. That something promised is gone by now (a plan no longer
 * offered) is left to `apply`: whoever accepts becomes a member all the same.
 */
export async function requireStillGivable(ctx: MembersContext, tx: Tx, grants: Grants): Promise<void> {
  try {
    await requireGivable(ctx, tx, grants)
  } catch (error) {
    if (!isProblem(error) || error.status === problems.forbidden.status) throw error
  }
}

export async function applySteps(
  ctx: MembersContext,
  tx: Tx,
  grants: Grants,
  o: { memberId: string; invitedBy: Person },
): Promise<void> {
  for (const { step, value } of stepsOf(ctx, grants)) await step.apply(tx, value, { ...o, caller: callerOf(ctx) })
}

/** Names to show, by key. */
export async function describeSteps(
  ctx: MembersContext,
  tx: Tx,
  grants: Grants,
): Promise<Readonly<Record<string, string>>> {
  const names: Record<string, string> = {}
  for (const { step, value } of stepsOf(ctx, grants)) {
    const name = await step.describe(tx, value)
    if (name !== null) names[step.key] = name
  }
  return names
}
