import {
  accessService,
  type Context,
  filesService,
  linksService,
  organizationService,
  treeService,
  usersService,
} from '@guildhall/sdk'
import { emailService } from '#plugins/email/refs.ts'
import type { MembersConfig } from './config.ts'
import type { MembersPermission } from './permissions.ts'

/** Core's services that this plugin works with. */
export const memberUses = {
  organization: organizationService,
  access: accessService,
  users: usersService,
  links: linksService,
  files: filesService,
  tree: treeService,
}

/** Mails about invitations, welcomes and suspensions, where e-mail is on. */
export const memberOptionalUses = { email: emailService }

/** What every handler, job, action and service of this plugin gets. */
export type MembersContext = Context<typeof memberUses, typeof memberOptionalUses, MembersConfig, MembersPermission>
