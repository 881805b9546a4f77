import type { Place } from './context.ts'
import { Problem, problems } from './problems.ts'

/** @throws Problem 403 unless the permission is held over all of the organisation, of which the answer tells or which the act concerns */
export function requireEverywhere<P extends string>(
  ctx: { may(permission: P, at: Place): boolean },
  permission: P,
): void {
  if (!ctx.may(permission, { paths: [''] }))
    throw new Problem(problems.forbidden, {
      detail: `This needs the permission ${permission} in the whole organisation.`,
    })
}
