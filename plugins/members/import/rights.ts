/** Who may import what. */
import { Problem, problems } from '@guildhall/sdk'
import { requireEverywhere } from '../access.ts'
import type { MembersContext } from '../context.ts'
import type { ImportOptions } from './import-schema.ts'
import type { RowTarget } from './row-target.ts'

/** @throws Problem 403 unless the rights reach over the whole organisation, where the rows may belong anywhere */
export function requireTarget(ctx: MembersContext, target: RowTarget, options: ImportOptions): void {
  requireEverywhere(ctx, 'members.import')
  const asked = [
    target.permission,
    ...(options.createMissing && target.createPermission ? [target.createPermission] : []),
  ]
  for (const permission of asked) {
    if (!ctx.may(permission, { paths: [''] }))
      throw new Problem(problems.forbidden, {
        detail: `This needs the permission ${permission} in the whole organisation.`,
      })
  }
}
