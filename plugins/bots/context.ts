import {
  type Actions,
  accessService,
  actionsService,
  type Context,
  linksService,
  organizationService,
  type Router,
  sandboxService,
  schedulesService,
  sealsService,
  usersService,
} from '@guildhall/sdk'
import type { Static } from 'typebox'
import { emailService, notificationsService } from '../email/refs.ts'
import type { BotsConfig } from './config.ts'
import type { BotsPermission } from './permissions.ts'

/** Core's services that this plugin works with. */
export const botUses = {
  organization: organizationService,
  access: accessService,
  users: usersService,
  links: linksService,
  actions: actionsService,
  schedules: schedulesService,
  seals: sealsService,
  sandbox: sandboxService,
}
/** Whom to tell, and by mail, where e-mail is on. */
export const botOptionalUses = { email: emailService, notifications: notificationsService }

export type BotsContext = Context<typeof botUses, typeof botOptionalUses, Static<typeof BotsConfig>, BotsPermission>
export type BotsRouter = Router<BotsContext, BotsPermission>
export type BotsActions = Actions<BotsContext, BotsPermission>
