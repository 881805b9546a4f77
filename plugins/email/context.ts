import {
  type Actions,
  accessService,
  type Context,
  linksService,
  mailSettingsService,
  organizationService,
  type PermissionDeclaration,
  type Router,
  sandboxService,
  sealsService,
  usersService,
} from '@guildhall/sdk'
import type { EmailConfig } from './config.ts'

export const emailPermissions = {
  'email.read': {
    title: 'See which mails went out and wait, and the templates',
    writes: false,
    wholeOnly: true,
    grantedTo: ['admin'],
  },
  'email.readContent': { title: 'Read what a waiting mail says, its links included', writes: false, wholeOnly: true },
  'email.manage': {
    title: 'Retry and cancel mails, test the server, keep the list of suppressed addresses',
    writes: true,
    wholeOnly: true,
  },
  'email.templates': { title: 'Change the templates of mails', writes: true, wholeOnly: true },
  'email.send': { title: 'Send mails to people of the organisation', writes: true, wholeOnly: true },
  'email.sendAnywhere': { title: 'Send mails to any address', writes: true, wholeOnly: true },
  'email.notify': { title: "Write into people's inboxes", writes: true, wholeOnly: true },
} as const satisfies Record<`email.${string}`, PermissionDeclaration>
export type EmailPermission = keyof typeof emailPermissions

/** Core's services that this plugin works with. */
export const emailUses = {
  organization: organizationService,
  access: accessService,
  users: usersService,
  links: linksService,
  seals: sealsService,
  sandbox: sandboxService,
  mail: mailSettingsService,
}
export type EmailContext = Context<typeof emailUses, Record<never, never>, EmailConfig, EmailPermission>
export type EmailRouter = Router<EmailContext, EmailPermission>
export type EmailActions = Actions<EmailContext, EmailPermission>

/** For what belongs to the organisation as a whole, wherever the permission is held. */
export const everywhere = { paths: [''], readable: 'email.read' } as const
