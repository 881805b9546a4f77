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

/** Who joined longer ago is entered late, from an old list, and no newcomer. */
const newcomerDays = 30
/** A run sends so many mails at most, those that were sent before included. */
const mailsARun = 50
const pageSize = 25

/** In the language of the organisation: what people read of a run. */
const words = {
  en: { sent: (n: number) => `${n} sent`, more: 'the next run goes on', gone: 'the member is gone by now' },
  de: {
    sent: (n: number) => `${n} gesendet`,
    more: 'der nächste Lauf macht weiter',
    gone: 'das Mitglied gibt es nicht mehr',
  },
}
const wordsFor = (ctx: Context) => words[ctx.tenant.locale.startsWith('de') ? 'de' : 'en']

/** Calendar days after a date, `YYYY-MM-DD`. */
const later = (date: string, days: number) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10)
const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

function wanted({ onlyTag }: Step, member: Newcomer, today: string): boolean {
  if (member.email === null || member.status === 'suspended') return false
  if (member.leftOn !== null && member.leftOn < today) return false
  return !onlyTag || member.tags.some((tag) => same(tag, onlyTag))
}

/** The key makes a template go to a member once, however often the bot runs. */
async function send(ctx: Context, step: Step, member: Newcomer): Promise<number> {
  const { duplicate } = await ctx.call('email.send', {
    memberId: member.id,
    template: step.template,
    key: `welcome:${step.template}:${member.id}`,
  })
  return duplicate ? 0 : 1
}

/** A member may be deleted between what happened and the run that hears of it: then there is nothing to do, and nothing went wrong. */
const unlessGone = (error: { code?: string }): null => {
  if (error.code !== 'NOT_FOUND') throw error
  return null
}

/**
 * E-mails of the first day. The platform's own welcome is left to the platform where it sends one.
 * @returns how many were sent; null: the member is gone
 */
async function greet(ctx: Context, memberId: string, o: { welcomed: boolean }): Promise<number | null> {
  const member = await ctx.call('members.get', { memberId }).catch(unlessGone)
  if (member === null) return null
  // Who asked to become a member has joined when somebody accepts him, and may be refused.
  if (member.status === 'pending' && member.joinedOn === null) return 0
  if (member.joinedOn !== null && member.joinedOn < later(ctx.tenant.today, -newcomerDays)) return 0
  let sent = 0
  for (const step of ctx.config.steps)
    if (step.afterDays === 0 && !(o.welcomed && step.template === 'welcome') && wanted(step, member, ctx.tenant.today))
      sent += await send(ctx, step, member)
  return sent
}

/** Where looking through the days stands: what was begun is finished with the same days, so that nobody is skipped. */
interface Place {
  since: string
  until: string
  step: number
  cursor: string | null
  /** The list as it was then: a cursor goes on in the same search only. */
  list: string
}

/** E-mails of later days whose day has come since the bot last looked: a day that was missed is made up for. */
async function catchUp(ctx: Context): Promise<{ sent: number; finished: boolean }> {
  const { today } = ctx.tenant
  const { steps } = ctx.config
  const since = ((await ctx.state.get('lookedOn')) as string | null) ?? later(today, -1)
  const list = JSON.stringify(steps)
  const begun = (await ctx.state.get('place')) as Place | null
  let place = begun?.list === list ? begun : { since, until: today, step: 0, cursor: null, list }
  let [sent, tried] = [0, 0]
  for (let step = steps[place.step]; step; step = steps[place.step]) {
    if (step.afterDays > 0 && place.since < place.until) {
      if (tried + pageSize > mailsARun) {
        await ctx.state.set('place', place)
        return { sent, finished: false }
      }
      const { items, nextCursor } = await pageOf(ctx, step, place)
      for (const member of items)
        if (wanted(step, member, today)) {
          tried++
          sent += await send(ctx, step, member)
        }
      if (nextCursor !== null) {
        place = { ...place, cursor: nextCursor }
        continue
      }
    }
    place = { ...place, step: place.step + 1, cursor: null }
  }
  await ctx.state.set('lookedOn', place.until)
  await ctx.state.delete('place')
  return { sent, finished: true }
}

const pageOf = (ctx: Context, { afterDays }: Step, { since, until, cursor }: Place) =>
  ctx.call('members.list', {
    filter: { field: 'joinedOn', op: 'between', value: [later(since, 1 - afterDays), later(until, -afterDays)] },
    limit: pageSize,
    ...(cursor === null ? {} : { cursor }),
  })

export default defineBot({
  id: 'welcome-email',
  version: '1.2.1',
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
    uiSchema: {
      steps: {
        items: {
          'ui:order': ['template', 'afterDays', 'onlyTag'],
          afterDays: { 'ui:help': '0: at once' },
          onlyTag: { 'ui:help': 'Leave empty for everybody' },
        },
      },
    },
  },
  triggers: {
    events: ['members.created', 'members.inviteAccepted', 'members.registrationAccepted'],
    cron: { default: '0 9-12 * * *' },
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
      '0: at once': '0: sofort',
      'Only members with this tag': 'Nur Mitglieder mit diesem Schlagwort',
      'Leave empty for everybody': 'Leer lassen für alle',
    },
  },
  async run(ctx, event) {
    const say = wordsFor(ctx)
    if (event.trigger !== 'event') {
      const { sent, finished } = await catchUp(ctx)
      return { summary: finished ? say.sent(sent) : `${say.sent(sent)}, ${say.more}`, sent }
    }
    const welcomed = event.name !== 'members.created' || event.payload.sendWelcome
    const sent = await greet(ctx, event.payload.memberId, { welcomed })
    return sent === null ? { summary: `${say.sent(0)}: ${say.gone}`, sent: 0 } : { summary: say.sent(sent), sent }
  },
})
