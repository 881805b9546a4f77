/**
 * E-mail: an outbox that is part of every unit of work, templates that organisations change, sending that repeats and
 * does not double; and everybody's inbox. Terms, states and what exactly-once means: README.md and docs/email.md.
 */
import { definePlugin, leftOutOfCopies, maintenanceFigures } from '@guildhall/sdk'
import { emailMigrations } from '#migrations/email/index.ts'
import { emailActions } from './actions.ts'
import { EmailConfig } from './config.ts'
import { emailPermissions, emailUses } from './context.ts'
import { emailJobs } from './jobs.ts'
import { notificationRoutes } from './notifications/notification-routes.ts'
import { notificationsServiceFor } from './notifications/notifications.ts'
import { mailFigures } from './outbox/figures.ts'
import { messageRoutes } from './outbox/message-routes.ts'
import { emailServiceFor } from './outbox/outbox.ts'
import {
  emailService,
  emailTemplates,
  mailFailed,
  mailPeople,
  mailSent,
  mailTestService,
  notificationsService,
} from './refs.ts'
import { sendTest } from './sending/test-mail.ts'
import { suppressionRoutes } from './suppressions/suppression-routes.ts'
import { unsubscribeRoutes } from './suppressions/unsubscribe-routes.ts'
import { templateRoutes } from './templates/template-routes.ts'

export const emailPlugin = definePlugin({
  id: 'email',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'E-mail and notifications',
  description: 'Mails from templates through an outbox, and an inbox for everybody.',
  tags: {
    'E-mails': 'The outbox: what was sent, what waits, what failed and why.',
    'E-mail templates': 'What mails say, in each language, as the organisation has changed it.',
    'E-mail suppressions': 'Addresses that get no mail: unsubscribed, bounced, or blocked by staff.',
    Notifications: 'The inbox of each user, and which way a message reaches him.',
  },
  also: ['notifications'],
  uses: emailUses,
  config: { schema: EmailConfig },
  permissions: emailPermissions,
  migrations: emailMigrations,
  extensionPoints: [emailTemplates, mailPeople],
  provides: (p) => {
    p.service(emailService, emailServiceFor)
    p.service(notificationsService, notificationsServiceFor)
    p.service(mailTestService, (ctx) => ({ send: (to) => sendTest(ctx, to) }))
  },
  contributes: (c) => {
    for (const figure of mailFigures) c.to(maintenanceFigures, figure)
    // What waits here is sent from here.
    c.to(leftOutOfCopies, { table: 'email.message' })
  },
  events: (e) => e.emits(mailSent, mailFailed),
  routes: (r) => {
    messageRoutes(r)
    templateRoutes(r)
    suppressionRoutes(r)
    unsubscribeRoutes(r)
    notificationRoutes(r)
  },
  jobs: emailJobs,
  actions: emailActions,
})
