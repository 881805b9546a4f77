import { accessService, type Context, linksService, organizationService, usersService } from '@guildhall/sdk'
import type { MembersConfig } from './config.ts'
import type { MembersPermission } from './permissions.ts'

/** Core's services that this plugin works with. */
export const memberUses = {
  organization: organizationService,
  access: accessService,
  users: usersService,
  links: linksService,
}

/** What every handler, job, action and service of this plugin gets. */
export type MembersContext = Context<typeof memberUses, Record<never, never>, MembersConfig, MembersPermission>
