import { defineBot } from '@guildhall/sdk'

interface Figure {
  id: string
  title: string
  total: number
  organizations: readonly { slug: string; value: number }[]
}
interface Report {
  organizations: number
  figures: readonly Figure[]
  nearLimits: readonly { figure: string; title: string; slug: string; value: number; limit: number | null }[]
  unread: readonly { figure: string; slug: string }[]
}

/** Titles come in English; those that come with the platform read here in German. */
const german: Record<string, string> = {
  'core.failed-jobs': 'Aufgaben, die nach dem letzten Versuch aufgegeben wurden',
  'core.retrying-jobs': 'Aufgaben, die fehlschlugen und wiederholt werden',
  'core.parked-jobs': 'Aufgaben, die auf das Einschalten ihres Plugins warten',
  'core.overdue-schedules': 'Zeitpläne, die vor einer Viertelstunde dran gewesen wären',
  'members.expired-invitations': 'Einladungen, die in den letzten 30 Tagen ohne Antwort endeten',
  'email.stuck': 'E-Mails, die seit einer Stunde oder länger fällig sind',
  'email.failed': 'E-Mails, die in den letzten sieben Tagen aufgegeben wurden',
  'bots.failed-runs': 'Fehlgeschlagene Läufe von Bots, die auf jemanden warten',
  'bots.stopped': 'Bots, die nach Fehlern ausgeschaltet wurden',
  'bots.fullest-store': 'Bytes im vollsten Speicher eines Bots',
}

const words = {
  en: {
    titleOf: ({ title }: Pick<Figure, 'title'>) => title,
    subject: (count: number) => (count === 0 ? 'Platform: nothing to do' : `Platform: ${count} things to look at`),
    organizations: (count: number) => `${count} organisations were looked at.`,
    near: 'Near a limit',
    of: 'of',
    unread: 'Could not be counted',
    nothing: 'Nothing piles up.',
  },
  de: {
    titleOf: ({ id, title }: { id: string; title: string }) => german[id] ?? title,
    subject: (count: number) => (count === 0 ? 'Plattform: nichts zu tun' : `Plattform: ${count} Dinge zum Nachsehen`),
    organizations: (count: number) => `${count} Organisationen wurden angesehen.`,
    near: 'Nahe an einer Grenze',
    of: 'von',
    unread: 'Konnte nicht gezählt werden',
    nothing: 'Nichts staut sich.',
  },
}

/** Figures that say how full something is pile up nothing; they speak where a limit is near. */
const levels = new Set(['bots.fullest-store'])

function lines(report: Report, language: 'en' | 'de'): string[] {
  const say = words[language]
  const piled = report.figures.filter(({ id, total }) => total > 0 && !levels.has(id))
  return [
    ...piled.map((figure) => {
      const where = figure.organizations.slice(0, 5).map(({ slug, value }) => `${slug} ${value}`)
      return `${say.titleOf(figure)}: ${figure.total} (${where.join(', ')})`
    }),
    ...report.nearLimits
      .slice(0, 20)
      .map(
        (one) =>
          `${say.near}: ${one.slug}, ${say.titleOf({ ...one, id: one.figure })}: ${one.value} ${say.of} ${one.limit}`,
      ),
    ...report.unread.slice(0, 10).map(({ figure, slug }) => `${say.unread}: ${figure}, ${slug}`),
  ]
}

export default defineBot({
  id: 'platform-maintenance',
  version: '1.0.1',
  title: 'Platform maintenance',
  description:
    'Reports to the operator what piles up across organisations: failed jobs, stuck mails, expired invitations, limits.',
  kind: 'system',
  config: {
    schema: {
      type: 'object',
      properties: {
        roles: {
          type: 'array',
          title: 'To everybody here with these roles',
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
        onlyTrouble: { type: 'boolean', title: 'Only when there is something to look at', default: false },
      },
    },
    uiSchema: {
      'ui:order': ['roles', 'addresses', 'onlyTrouble'],
      roles: { 'ui:help': 'Roles of the organisation where the bot is installed' },
    },
  },
  triggers: { cron: { default: '0 6 * * 1' }, manual: {} },
  permissions: { actions: ['core.platformReport', 'notifications.send', 'email.sendAnywhere'] },
  translations: {
    de: {
      'Platform maintenance': 'Wartung der Plattform',
      'Reports to the operator what piles up across organisations: failed jobs, stuck mails, expired invitations, limits.':
        'Meldet dem Betreiber, was sich in den Organisationen staut: Aufgaben, E-Mails, abgelaufene Einladungen, Grenzen.',
      'To everybody here with these roles': 'An alle hier mit diesen Rollen',
      'Roles of the organisation where the bot is installed': 'Rollen der Organisation, in der der Bot installiert ist',
      'And to these addresses': 'Und an diese Adressen',
      'Only when there is something to look at': 'Nur wenn es etwas anzusehen gibt',
    },
  },
  async run(ctx) {
    const report: Report = await ctx.call('core.platformReport', {})
    const language = ctx.tenant.locale.startsWith('de') ? 'de' : 'en'
    const found = lines(report, language)
    const say = words[language]
    const title = say.subject(found.length)
    const { roles = [], addresses = [], onlyTrouble } = ctx.config
    const result = { summary: title, found: found.slice(0, 50), organizations: report.organizations }
    if (onlyTrouble && found.length === 0) return result
    const text = [...(found.length > 0 ? found : [say.nothing]), say.organizations(report.organizations)].join('\n')
    const key = `platform-maintenance:${ctx.tenant.today}`
    if (roles.length > 0)
      await ctx.call('notifications.send', {
        roles: [...roles],
        kind: 'bots.platform-maintenance',
        severity: found.length > 0 ? 'warning' : 'info',
        title,
        text: text.slice(0, 2000),
        key,
      })
    for (const email of addresses)
      await ctx.call('email.sendAnywhere', { email, subject: title, text, language, key: `${key}:${email}` })
    return result
  },
})
