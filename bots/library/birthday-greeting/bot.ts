import { defineBot } from '@guildhall/sdk'

const leap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

/** Whose day it is: in a common year, those of 29 February are greeted on the 28th. */
function daysOf(today: string): string[] {
  const day = today.slice(5)
  return day === '02-28' && !leap(Number(today.slice(0, 4))) ? [day, '02-29'] : [day]
}

export default defineBot({
  id: 'birthday-greeting',
  version: '1.0.0',
  title: 'Birthday greeting',
  description: 'Sends members an e-mail on their birthday.',
  kind: 'event',
  config: {
    schema: {
      type: 'object',
      required: ['subject', 'message'],
      properties: {
        subject: { type: 'string', title: 'Subject', minLength: 1, maxLength: 200, default: 'Happy birthday!' },
        message: {
          type: 'string',
          title: 'Message',
          minLength: 1,
          maxLength: 4000,
          default: 'Dear {{ member.firstName }},\n\nmany happy returns of the day!',
        },
        groupId: { type: 'string', format: 'group', title: 'Only members of this group', maxLength: 36 },
        adultsOnly: { type: 'boolean', title: 'Only from the age of 18', default: false },
      },
    },
    uiSchema: {
      'ui:order': ['subject', 'message', 'groupId', 'adultsOnly'],
      message: {
        'ui:widget': 'textarea',
        'ui:options': { rows: 6 },
        'ui:help': '{{ member.firstName }} and {{ member.lastName }} are filled in',
      },
    },
  },
  triggers: { cron: { default: '0 8 * * *' }, manual: {} },
  permissions: { actions: ['members.list', 'email.send'] },
  translations: {
    de: {
      'Birthday greeting': 'Geburtstagsgruß',
      'Sends members an e-mail on their birthday.': 'Schickt Mitgliedern zum Geburtstag eine E-Mail.',
      Subject: 'Betreff',
      Message: 'Nachricht',
      'Happy birthday!': 'Herzlichen Glückwunsch zum Geburtstag!',
      'Dear {{ member.firstName }},\n\nmany happy returns of the day!':
        'Hallo {{ member.firstName }},\n\nherzlichen Glückwunsch und alles Gute zum Geburtstag!',
      'Only members of this group': 'Nur Mitglieder dieser Gruppe',
      'Only from the age of 18': 'Erst ab 18 Jahren',
      '{{ member.firstName }} and {{ member.lastName }} are filled in':
        '{{ member.firstName }} und {{ member.lastName }} werden ausgefüllt',
    },
  },
  async run(ctx) {
    const { subject, message, groupId, adultsOnly } = ctx.config
    const { today } = ctx.tenant
    const conditions = [
      { field: 'birthdayOn', op: 'in' as const, value: daysOf(today) },
      { field: 'status', op: 'eq' as const, value: 'active' },
      ...(groupId ? [{ field: 'groupSubtree', op: 'eq' as const, value: groupId }] : []),
      ...(adultsOnly
        ? [{ field: 'birthday', op: 'lte' as const, value: `${Number(today.slice(0, 4)) - 18}${today.slice(4)}` }]
        : []),
    ]
    let greeted = 0
    let cursor: string | null = null
    do {
      const page: {
        items: readonly { id: string; email: string | null; leftOn: string | null }[]
        nextCursor: string | null
      } = await ctx.call('members.list', { filter: { and: conditions }, limit: 200, ...(cursor ? { cursor } : {}) })
      for (const member of page.items) {
        if (member.email === null || member.leftOn !== null) continue
        const { duplicate } = await ctx.call('email.send', {
          to: { memberId: member.id },
          subject,
          text: message,
          key: `birthday:${today.slice(0, 4)}:${member.id}`,
        })
        if (!duplicate) greeted++
      }
      cursor = page.nextCursor
    } while (cursor)
    return { summary: `${greeted} greeted`, greeted }
  },
})
