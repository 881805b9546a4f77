import {
  type Actions,
  accessService,
  actionsService,
  type Context,
  eventsService,
  linksService,
  organizationService,
  type Router,
  sandboxService,
  schedulesService,
  sealsService,
  shippedBotsService,
  simulationService,
  usersService,
} from '@guildhall/sdk'
import type { Static } from 'typebox'
import { emailService, notificationsService } from '../email/refs.ts'
import { groupsService } from '../groups/refs.ts'
import { membersService } from '../members/refs.ts'
import { plansService } from '../plans/refs.ts'
import type { BotsConfig } from './config.ts'
import type { BotsPermission } from './permissions.ts'

/** Core's services that this plugin works with. */
export const botUses = {
  organization: organizationService,
  access: accessService,
  users: usersService,
  links: linksService,
  actions: actionsService,
  events: eventsService,
  shippedBots: shippedBotsService,
  schedules: schedulesService,
  seals: sealsService,
  sandbox: sandboxService,
  simulation: simulationService,
}
/** Whom to tell, and by mail, where e-mail is on; what a form may name, where it is kept. */
export const botOptionalUses = {
  email: emailService,
  notifications: notificationsService,
  members: membersService,
  groups: groupsService,
  plans: plansService,
}

export type BotsContext = Context<typeof botUses, typeof botOptionalUses, Static<typeof BotsConfig>, BotsPermission>
export type BotsRouter = Router<BotsContext, BotsPermission>
export type BotsActions = Actions<BotsContext, BotsPermission>
