/** What can be done in bulk: our own operations, and those that enabled plugins contribute (changePlan, addToGroup). */
import { invalid, Problem, problems, type SchemaFault, valueErrors } from '@guildhall/sdk'
import { Value } from 'typebox/value'
import type { MembersContext } from '../../context.ts'
import { type MemberBulkOperation, memberBulkOperations } from '../../refs.ts'
import type { Operation } from '../operation.ts'
import { changeRole } from './change-role.ts'
import { exportMembers } from './export.ts'
import { reactivate } from './reactivate.ts'
import { remove } from './remove.ts'
import { suspend } from './suspend.ts'
import { tag } from './tag.ts'

const own: readonly Operation[] = [suspend, reactivate, changeRole, tag, exportMembers, remove]
export const exportOperation = exportMembers.operation

const contributed = (operation: MemberBulkOperation): Operation => ({
  ...operation,
  plan: (tx, subjects, { parameters, caller }) =>
    operation.plan(
      tx,
      subjects.map(({ id }) => id),
      parameters,
      caller,
    ),
  apply: (tx, ids, { parameters, caller }) => operation.apply(tx, ids, parameters, caller),
})

const operationsOf = (ctx: MembersContext): readonly Operation[] => [
  ...own,
  ...ctx.contributions(memberBulkOperations).map(contributed),
]

export const findOperation = (ctx: MembersContext, name: string): Operation | undefined =>
  operationsOf(ctx).find(({ operation }) => operation === name)

/** @throws Problem 400 naming what there is here, 403 unless the actor holds the permission for somebody's record */
export function requireOperation(ctx: MembersContext, name: string): Operation {
  const found = findOperation(ctx, name)
  if (!found)
    throw invalid(
      '/operation',
      `Use one of: ${operationsOf(ctx)
        .map(({ operation }) => operation)
        .join(', ')}`,
      { code: 'enum' },
    )
  const reach = ctx.reach(found.permission as never)
  if (!reach.everywhere && reach.places.length === 0)
    throw new Problem(problems.forbidden, { detail: `This needs the permission ${found.permission}.` })
  return found
}

/** @throws Problem 400 with pointers */
export function requireParameters(
  { parameters: schema, operation }: Operation,
  given: unknown,
): Readonly<Record<string, unknown>> {
  const value = given ?? {}
  if (Value.Check(schema, value)) return value as Record<string, unknown>
  const errors = valueErrors(schema, Value.Errors(schema, value) as readonly SchemaFault[])
  throw new Problem(problems.validationFailed, {
    detail: `These are no parameters of ${operation}.`,
    errors: errors.map((one) => ({ ...one, pointer: `/parameters${one.pointer}` })),
  })
}
