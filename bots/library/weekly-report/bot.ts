import { defineBot } from '@guildhall/sdk'

interface Figures {
  total?: number
  joined?: number
  left?: number
  netGrowth?: number
  expiringSoon?: number
  pendingInvites?: number
}

const before = (date: string, days: number) => new Date(Date.parse(date) - days * 86_400_000).toISOString().slice(0, 10)

const words = {
  en: {
    subject: (name: string, until: string) => `${name}: the week until ${until}`,
    lines: {
      total: 'Members',
      joined: 'Joined this week',
      left: 'Left this week',
      netGrowth: 'Growth',
      expiringSoon: 'Memberships that end soon',
      pendingInvites: 'Invitations not answered yet',
    },
  },
  de: {
    subject: (name: string, until: string) => `${name}: die Woche bis ${until}`,
    lines: {
      total: 'Mitglieder',
      joined: 'Eintritte in dieser Woche',
      left: 'Austritte in dieser Woche',
      netGrowth: 'Zuwachs',
      expiringSoon: 'Mitgliedschaften, die bald enden',
      pendingInvites: 'Einladungen ohne Antwort',
    },
  },
}

export default defineBot({
  id: 'weekly-report',
  version: '1.0.1',
  title: 'Weekly report',
  description: 'Sends the figures of the week: members, joins, exits, what ends soon.',
  kind: 'event',
  config: {
    schema: {
      type: 'object',
      properties: {
        roles: {
          type: 'array',
          title: 'To everybody with these roles',
          maxItems: 5,
          uniqueItems: true,
          default: ['makerspace_admin'],
          items: { type: 'string', format: 'role' },
        },
        addresses: {
          type: 'array',
          title: 'And to these addresses',
          maxItems: 10,
          uniqueItems: true,
          default: [],
          items: { type: 'string', format: 'email', maxLength: 254 },
        },
      },
    },
    uiSchema: {
      'ui:order': ['roles', 'addresses'],
      roles: { 'ui:help': 'They find it in their inbox' },
    },
  },
  triggers: { cron: { default: '0 7 * * 1' }, manual: {} },
  permissions: { actions: ['analytics.statistics', 'notifications.send', 'email.sendAnywhere'] },
  translations: {
    de: {
      'Weekly report': 'Wochenbericht',
      'Sends the figures of the week: members, joins, exits, what ends soon.':
        'Schickt die Zahlen der Woche: Mitglieder, Eintritte, Austritte, was bald endet.',
      'To everybody with these roles': 'An alle mit diesen Rollen',
      'They find it in their inbox': 'Sie finden ihn in ihrem Posteingang',
      'And to these addresses': 'Und an diese Adressen',
    },
  },
  async run(ctx) {
    const to = before(ctx.tenant.today, 1)
    const figures: Figures = await ctx.call('analytics.statistics', { from: before(to, 6), to })
    const language = ctx.tenant.locale.startsWith('de') ? 'de' : 'en'
    const { subject, lines } = words[language]
    const title = subject(ctx.tenant.name, to).slice(0, 200)
    const text = Object.entries(lines)
      .flatMap(([key, label]) => {
        const value = figures[key as keyof Figures]
        return value === undefined ? [] : [`${label}: ${value}`]
      })
      .join('\n')
    const { roles = [], addresses = [] } = ctx.config
    const key = `weekly-report:${to}`
    if (roles.length > 0)
      await ctx.call('notifications.send', { roles: [...roles], kind: 'bots.weekly-report', title, text, key })
    for (const email of addresses)
      await ctx.call('email.sendAnywhere', { email, subject: title, text, language, key: `${key}:${email}` })
    return { summary: title, figures }
  },
})
