import { Closed, type Router, Uuid } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import type { MembersPermission } from '../permissions.ts'

export type MembersRouter = Router<MembersContext, MembersPermission>

/** `/members/{id}` */
export const MemberId = Closed({ id: Uuid({ description: "The member's id; one that was merged leads to the other" }) })
export const tags = ['Members'] as const
