import { defineBot } from '@guildhall/sdk'

const sentences: Record<'en' | 'de', Record<string, (name: string) => string>> = {
  en: {
    'members.created': (name) => `${name} is a new member.`,
    'members.inviteAccepted': (name) => `${name} accepted the invitation.`,
    'members.suspended': (name) => `${name} was suspended.`,
    'members.reactivated': (name) => `${name} is no longer suspended.`,
    'members.deleted': () => 'A member was deleted.',
    'members.registered': () => 'Somebody asks to become a member.',
    'groups.memberAdded': (name) => `${name} was added to a group.`,
    test: () => 'This is a test.',
  },
  de: {
    'members.created': (name) => `${name} ist neues Mitglied.`,
    'members.inviteAccepted': (name) => `${name} hat die Einladung angenommen.`,
    'members.suspended': (name) => `${name} wurde gesperrt.`,
    'members.reactivated': (name) => `${name} ist nicht mehr gesperrt.`,
    'members.deleted': () => 'Ein Mitglied wurde gelöscht.',
    'members.registered': () => 'Jemand möchte Mitglied werden.',
    'groups.memberAdded': (name) => `${name} wurde in eine Gruppe aufgenommen.`,
    test: () => 'Das ist ein Test.',
  },
}

/** What went wrong, for whoever looks at the run. */
const refused = {
  en: (host: string, status: number) => `${host} answered ${status}`,
  de: (host: string, status: number) => `${host} antwortete mit ${status}`,
}

/** Behind the line that went out without a name: whom it is about, the register cannot say any more. */
const gone = { en: 'the member is gone by now', de: 'das Mitglied gibt es nicht mehr' }

/** A member may be deleted between what happened and the run that hears of it: then the line does without the name. */
const unlessGone = (error: { code?: string }): null => {
  if (error.code !== 'NOT_FOUND') throw error
  return null
}

/** A name must not become a command of the chat, such as a call to everybody. */
const plain = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** What each service calls the text of a message. */
const bodies = {
  slack: (text: string) => ({ text: plain(text) }),
  discord: (content: string) => ({ content, allowed_mentions: { parse: [] } }),
  teams: (text: string) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text, wrap: true }] },
      },
    ],
  }),
  plain: (text: string, event: string) => ({ text, event }),
}

export default defineBot({
  id: 'webhook-notify',
  version: '1.1.2',
  title: 'Tell a chat',
  description: 'Writes a line into Slack, Mattermost, Discord, Teams or a service of your own when something happens.',
  kind: 'event',
  config: {
    schema: {
      type: 'object',
      required: ['service', 'host', 'path'],
      properties: {
        service: {
          type: 'string',
          title: 'Service',
          default: 'slack',
          oneOf: [
            { const: 'slack', title: 'Slack or Mattermost' },
            { const: 'discord', title: 'Discord' },
            { const: 'teams', title: 'Microsoft Teams' },
            { const: 'plain', title: 'Another service' },
          ],
        },
        host: { type: 'string', format: 'httpHost', title: 'Server', maxLength: 253 },
        path: { type: 'string', title: 'Rest of the webhook address', minLength: 1, maxLength: 500 },
        token: { type: 'string', format: 'secret', title: 'Token, if the service wants one', maxLength: 500 },
        withNames: { type: 'boolean', title: 'Say whom it is about', default: true },
      },
    },
    uiSchema: {
      host: { 'ui:placeholder': 'hooks.slack.com', 'ui:help': 'The bot may call this server and no other' },
      path: {
        'ui:placeholder': '/services/...',
        'ui:help':
          'The service shows one address, such as https://hooks.slack.com/services/T0/B0: its server is hooks.slack.com, and /services/T0/B0 stands here',
      },
      token: { 'ui:help': 'Sent as Authorization: Bearer' },
    },
  },
  triggers: {
    events: [
      'members.created',
      'members.inviteAccepted',
      'members.suspended',
      'members.reactivated',
      'members.deleted',
      'members.registered',
      'groups.memberAdded',
    ],
    manual: {},
  },
  permissions: { actions: ['members.get'] },
  translations: {
    de: {
      'Tell a chat': 'Nachricht in einen Chat',
      'Writes a line into Slack, Mattermost, Discord, Teams or a service of your own when something happens.':
        'Schreibt eine Zeile in Slack, Mattermost, Discord, Teams oder einen eigenen Dienst, wenn etwas geschieht.',
      Service: 'Dienst',
      'Slack or Mattermost': 'Slack oder Mattermost',
      'Another service': 'Ein anderer Dienst',
      Server: 'Server',
      'Rest of the webhook address': 'Rest der Webhook-Adresse',
      'Token, if the service wants one': 'Token, falls der Dienst eines verlangt',
      'The service shows one address, such as https://hooks.slack.com/services/T0/B0: its server is hooks.slack.com, and /services/T0/B0 stands here':
        'Der Dienst zeigt eine Adresse, etwa https://hooks.slack.com/services/T0/B0: ihr Server ist hooks.slack.com, und /services/T0/B0 steht hier',
      'Say whom it is about': 'Sagen, um wen es geht',
      'The bot may call this server and no other': 'Der Bot darf nur diesen Server aufrufen',
      'Sent as Authorization: Bearer': 'Wird als Authorization: Bearer gesendet',
    },
  },
  async run(ctx, event) {
    const { service, host, path, withNames } = ctx.config
    const language = ctx.tenant.locale.startsWith('de') ? 'de' : 'en'
    const name = event.trigger === 'event' ? event.name : 'test'
    const payload = event.trigger === 'event' ? (event.payload as { memberId?: string }) : {}
    const somebody = language === 'de' ? 'Jemand' : 'Somebody'
    const said = sentences[language][name] ?? (() => name)
    const { memberId } = payload
    const asks = withNames && memberId !== undefined && name !== 'members.deleted'
    const member = asks ? await ctx.call('members.get', { memberId }).catch(unlessGone) : null
    const text = said(member?.displayName ?? somebody)
    const answer = await ctx.fetch(`https://${host}${path.startsWith('/') ? '' : '/'}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(ctx.secrets.token ? { authorization: `Bearer ${ctx.secrets.token}` } : {}),
      },
      body: JSON.stringify(bodies[service](`${ctx.tenant.name}: ${text}`, name)),
    })
    if (answer.status >= 300) throw new Error(refused[language](host, answer.status))
    // Runs are read by people who may not see members: no name here.
    return { summary: asks && !member ? `${said(somebody)} (${gone[language]})` : said(somebody) }
  },
})
