import { type BotContext, defineBot } from '@guildhall/sdk'

interface Step {
  template: string
  afterDays: number
  onlyTag?: string
}
interface Newcomer {
  id: string
  email: string | null
  tags: readonly string[]
  joinedOn: string | null
  leftOn: string | null
  status: string
}
type Actions = 'members.get' | 'members.list' | 'email.send'
type Context = BotContext<{ steps: Step[] }, Actions>

/** Calendar days after a date, `YYYY-MM-DD`. */
const later = (date: string, days: number) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10)

const wanted = (step: Step, member: Newcomer) =>
  member.email !== null &&
  member.leftOn === null &&
  member.status !== 'suspended' &&
  (!step.onlyTag || member.tags.includes(step.onlyTag))

/** The key makes a step go to a member once, however often the bot runs. */
async function send(ctx: Context, step: Step, index: number, member: Newcomer): Promise<boolean> {
  if (!wanted(step, member)) return false
  const { duplicate } = await ctx.call('email.send', {
    to: { memberId: member.id },
    template: step.template,
    key: `welcome:${index}:${step.template}:${member.id}`,
  })
  return !duplicate
}

/** Steps whose day has come since the bot last looked: a day that was missed is made up for. */
async function catchUp(ctx: Context): Promise<number> {
  const { today } = ctx.tenant
  const since = ((await ctx.state.get('lookedOn')) as string | null) ?? later(today, -1)
  let sent = 0
  for (const [index, step] of ctx.config.steps.entries()) {
    let cursor: string | null | undefined
    do {
      const between = [later(since, 1 - step.afterDays), later(today, -step.afterDays)]
      const page: { items: readonly Newcomer[]; nextCursor: string | null } = await ctx.call('members.list', {
        filter: { field: 'joinedOn', op: 'between', value: between },
        limit: 200,
        ...(cursor ? { cursor } : {}),
      })
      for (const member of page.items) if (await send(ctx, step, index, member)) sent++
      cursor = page.nextCursor
    } while (cursor)
  }
  await ctx.state.set('lookedOn', today)
  return sent
}

export default defineBot({
  id: 'welcome-email',
  version: '1.0.0',
  title: 'Welcome e-mails',
  description: 'Sends new members one or more e-mails: at once, or some days after they joined.',
  kind: 'event',
  config: {
    schema: {
      type: 'object',
      required: ['steps'],
      properties: {
        steps: {
          type: 'array',
          title: 'E-mails',
          minItems: 1,
          maxItems: 10,
          default: [{ template: 'welcome', afterDays: 0 }],
          items: {
            type: 'object',
            required: ['template', 'afterDays'],
            properties: {
              template: { type: 'string', format: 'emailTemplate', title: 'Template', maxLength: 120 },
              afterDays: { type: 'integer', title: 'Days after joining', minimum: 0, maximum: 365, default: 0 },
              onlyTag: { type: 'string', title: 'Only members with this tag', maxLength: 60 },
            },
          },
        },
      },
    },
    uiSchema: { steps: { items: { onlyTag: { 'ui:help': 'Leave empty for everybody' } } } },
  },
  triggers: {
    events: ['members.created', 'members.inviteAccepted'],
    cron: { default: '0 9 * * *' },
  },
  permissions: { actions: ['members.get', 'members.list', 'email.send'] },
  translations: {
    de: {
      'Welcome e-mails': 'Willkommens-E-Mails',
      'Sends new members one or more e-mails: at once, or some days after they joined.':
        'Schickt neuen Mitgliedern eine oder mehrere E-Mails: sofort oder einige Tage nach dem Eintritt.',
      'E-mails': 'E-Mails',
      Template: 'Vorlage',
      'Days after joining': 'Tage nach dem Eintritt',
      'Only members with this tag': 'Nur Mitglieder mit diesem Schlagwort',
      'Leave empty for everybody': 'Leer lassen für alle',
    },
  },
  async run(ctx, event) {
    if (event.trigger !== 'event') {
      const sent = await catchUp(ctx)
      return { summary: `${sent} sent`, sent }
    }
    const member = await ctx.call('members.get', { memberId: event.payload.memberId })
    let sent = 0
    for (const [index, step] of ctx.config.steps.entries())
      if (step.afterDays === 0 && (await send(ctx, step, index, member))) sent++
    return { summary: `${sent} sent`, sent }
  },
})
