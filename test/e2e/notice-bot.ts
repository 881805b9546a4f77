/** A bot with one field of each kind that has a widget of its own, as an author would write it. */
export const noticeBot = (version = '1.0.0', more = ''): string => `
import { defineBot } from '@guildhall/sdk'

export default defineBot({
  id: 'notice-board',
  version: '${version}',
  title: 'Notice board',
  description: 'Gives everybody a tag, and says so.',
  kind: 'event',
  config: {
    schema: {
      type: 'object',
      required: ['tag', 'greeting'],
      properties: {
        tag: { type: 'string', title: 'Tag', minLength: 3, maxLength: 30, default: 'noticed' },
        greeting: { type: 'string', title: 'Greeting', minLength: 2, maxLength: 200 },
        spare: { type: 'string', title: 'Member to spare', format: 'member' },
        teams: { type: 'array', title: 'Only these groups', maxItems: 20, items: { type: 'string', format: 'group' } },
        token: { type: 'string', title: 'Token of the board', format: 'secret' },
        loud: { type: 'boolean', title: 'Loud', default: false },
      },
      if: { properties: { loud: { const: true } }, required: ['loud'] },
      then: { properties: { cry: { type: 'string', title: 'What to cry', maxLength: 100 } } },
    },
    uiSchema: { 'ui:order': ['greeting', 'tag', 'spare', 'teams', 'token', 'loud', 'cry'] },
  },
  triggers: { events: ['members.created'], cron: { default: '0 7 * * 1' }, manual: {} },
  permissions: { actions: ['members.list', 'members.addTag'${more}] },
  translations: {
    de: {
      'Notice board': 'Schwarzes Brett',
      'Gives everybody a tag, and says so.': 'Gibt allen ein Schlagwort und sagt es.',
      Tag: 'Schlagwort',
      Greeting: 'Gruß',
    },
  },
  async run(ctx) {
    const { items } = await ctx.call('members.list', {})
    for (const member of items) await ctx.call('members.addTag', { memberId: member.id, tag: ctx.config.tag })
    ctx.log(ctx.config.greeting + ' ' + items.length)
    return { summary: items.length + ' noticed' }
  },
})
`
