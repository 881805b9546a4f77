import { randomUUID } from 'node:crypto'
import type { Expectations, Ids, Sample } from './expectation.ts'

const byId =
  (kind: keyof Ids, more: Omit<Sample, 'path'> = {}) =>
  (of: Ids): Sample => ({ path: { id: of[kind] }, ...more })

const reads = { who: 'staff', needs: 'email.read' } as const
const manages = { who: 'owner', needs: 'email.manage' } as const
const words = { who: 'owner', needs: 'email.templates' } as const
/** Everybody's own inbox. The callers of the matrix are tokens, which are nobody: with a notification's id they get 404. */
const inbox = { who: 'signedIn' } as const
const nobody = { ...inbox, answer: 404 } as const
const texts = { en: { subject: 'Hello', html: '<p>Hello</p>', text: 'Hello' } }

export const email: Expectations = {
  'GET /api/v1/emails': { ...reads, sample: (of) => ({ query: { memberId: of.member } }) },
  'GET /api/v1/emails/:id': { ...reads, sample: byId('mail') },
  'POST /api/v1/emails/:id/retry': { ...manages, sample: byId('mail') },
  'POST /api/v1/emails/:id/cancel': { ...manages, sample: byId('mail') },
  'POST /api/v1/emails/test': { ...manages, sample: () => ({ body: { to: 'me@example.org' } }) },

  'GET /api/v1/email-templates': reads,
  'GET /api/v1/email-templates/:id': { ...reads, sample: byId('mailTemplate') },
  'GET /api/v1/email-templates/:id/versions': { ...reads, sample: byId('mailTemplate') },
  // Names are each organisation's own: one that another uses too is simply a new template here.
  'PUT /api/v1/email-templates/:id': { ...words, sample: () => ({ path: { id: 'welcome' }, body: { texts } }) },
  'POST /api/v1/email-templates/:id/preview': { ...words, sample: byId('mailTemplate', { body: { language: 'en' } }) },
  'POST /api/v1/email-templates/:id/restore': {
    ...words,
    sample: byId('mailTemplate', { body: { language: 'en', edition: 1 } }),
  },
  'DELETE /api/v1/email-templates/:id': { ...words, sample: byId('mailTemplate'), answer: 204 },

  'GET /api/v1/email-suppressions': reads,
  'POST /api/v1/email-suppressions': {
    ...manages,
    sample: () => ({ body: { email: `${randomUUID()}@example.org` } }),
    answer: 201,
  },
  'GET /api/v1/email-suppressions/:id': { ...reads, sample: byId('suppression') },
  'DELETE /api/v1/email-suppressions/:id': { ...manages, sample: byId('suppression'), answer: 204 },

  'GET /api/v1/notifications': inbox,
  'GET /api/v1/notifications/unread': inbox,
  'POST /api/v1/notifications/read-all': inbox,
  'POST /api/v1/notifications/:id/read': { ...nobody, sample: byId('notification') },
  'POST /api/v1/notifications/:id/unread': { ...nobody, sample: byId('notification') },
  'POST /api/v1/notifications/:id/acknowledge': { ...nobody, sample: byId('notification') },
  'GET /api/v1/notification-settings': inbox,
  'PUT /api/v1/notification-settings/:kind': {
    ...nobody,
    sample: () => ({ path: { kind: 'bots.failed' }, body: { inbox: true, mail: false } }),
  },
}
