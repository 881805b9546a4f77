/** Who may import what. */
import { Problem, problems, requireEverywhere } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import type { RowTarget } from './row-target.ts'

/** @throws Problem 403 unless the rights reach over the whole organisation, where the rows may belong anywhere */
export function requireTarget(ctx: MembersContext, { permission }: RowTarget): void {
  requireEverywhere(ctx, 'members.import')
  if (!ctx.may(permission, { paths: [''] }))
    throw new Problem(problems.forbidden, {
      detail: `This needs the permission ${permission} in the whole organisation.`,
    })
}
