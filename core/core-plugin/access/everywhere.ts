import { type Context, Problem, problems } from '@guildhall/sdk'
import type { CorePermission } from '../permissions.ts'

/** @throws Problem 403 unless the permission is held over the whole organisation, where the answer tells of all of it */
export function requireEverywhere(ctx: Pick<Context, 'may'>, permission: CorePermission): void {
  if (!ctx.may(permission, { paths: [''] }))
    throw new Problem(problems.forbidden, {
      detail: `This needs the permission ${permission} in the whole organisation.`,
    })
}
