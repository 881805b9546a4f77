import { type BotContext, defineBot } from '@guildhall/sdk'

interface Step {
  do: 'if' | 'wait' | 'mail' | 'addTag' | 'removeTag' | 'setRole' | 'addToGroup' | 'startPlan' | 'call' | 'notify'
  field?: 'status' | 'role' | 'tag' | 'hasEmail'
  value?: string
  hours?: number
  subject?: string
  text?: string
  groupId?: string
  planId?: string
}
interface Config {
  steps: Step[]
  host?: string
  path?: string
}
type Actions =
  | 'members.get'
  | 'members.update'
  | 'members.addTag'
  | 'members.removeTag'
  | 'groups.addMember'
  | 'memberships.start'
  | 'email.send'
  | 'notifications.send'
type Context = BotContext<Config, Actions>
interface Person {
  id: string
  displayName: string
  email: string | null
  role: string
  status: string
  tags: readonly string[]
  leftOn: string | null
}
/** Where somebody stands: the next step, and when it is due. `since` tells one passage from the next. */
interface Waiting {
  step: number
  due: number
  since: string
}

const lower = (word: string | undefined) => (word ?? '').toLowerCase()

function holds({ field, value }: Step, member: Person): boolean {
  switch (field) {
    case 'status':
      return member.status === value
    case 'role':
      return member.role === value
    case 'tag':
      return member.tags.some((tag) => lower(tag) === lower(value))
    default:
      return member.email !== null
  }
}

async function callOut(ctx: Context, member: Person): Promise<void> {
  const { host, path = '/' } = ctx.config
  if (!host) throw new Error('A step calls an address, but the form names no server')
  const answer = await ctx.fetch(`https://${host}${path.startsWith('/') ? '' : '/'}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(ctx.secrets.token ? { authorization: `Bearer ${ctx.secrets.token}` } : {}),
    },
    body: JSON.stringify({ memberId: member.id, status: member.status, role: member.role }),
  })
  if (answer.status >= 300) throw new Error(`${host} answered ${answer.status}`)
}

/** Does one step. @returns false when the way ends here */
async function perform(ctx: Context, step: Step, index: number, member: Person, since: string): Promise<boolean> {
  const memberId = member.id
  switch (step.do) {
    case 'if':
      return holds(step, member)
    case 'wait':
      return true
    case 'mail':
      if (member.email === null) return true
      await ctx.call('email.send', {
        to: { memberId },
        subject: step.subject || ctx.tenant.name,
        text: step.text || '',
        key: `workflow:${since}:${index}:${memberId}`,
      })
      return true
    case 'addTag':
      await ctx.call('members.addTag', { memberId, tag: step.value ?? '' })
      return true
    case 'removeTag':
      await ctx.call('members.removeTag', { memberId, tag: step.value ?? '' })
      return true
    case 'setRole':
      await ctx.call('members.update', { memberId, patch: { role: step.value ?? 'maker' } })
      return true
    case 'addToGroup':
      await ctx.call('groups.addMember', { groupId: step.groupId ?? '', memberId })
      return true
    case 'startPlan':
      await ctx.call('memberships.start', { planId: step.planId ?? '', memberId })
      return true
    case 'call':
      await callOut(ctx, member)
      return true
    case 'notify':
      await ctx.call('notifications.send', {
        to: { roles: [step.value || 'makerspace_admin'] },
        kind: 'bots.workflow',
        title: step.subject || member.displayName,
        text: step.text || '',
        link: `/members/${memberId}`,
      })
      return true
  }
}

const place = (memberId: string) => `waits:${memberId}`

/** Goes on from a step until the end, a condition that does not hold, or a wait. */
async function walk(ctx: Context, memberId: string, from: Waiting): Promise<'ended' | 'waits'> {
  const member: Person = await ctx.call('members.get', { memberId })
  for (let index = from.step; index < ctx.config.steps.length; index++) {
    const step = ctx.config.steps[index] as Step
    if (member.leftOn !== null || !(await perform(ctx, step, index, member, from.since))) break
    if (step.do !== 'wait') continue
    const due = Date.now() + (step.hours ?? 24) * 3_600_000
    await ctx.state.set(place(memberId), { step: index + 1, due, since: from.since })
    return 'waits'
  }
  await ctx.state.delete(place(memberId))
  return 'ended'
}

/** Whoever is under way already is not sent on the way a second time. */
async function begin(ctx: Context, memberId: string): Promise<string> {
  if (await ctx.state.get(place(memberId))) return 'already under way'
  return walk(ctx, memberId, { step: 0, due: 0, since: ctx.run.id })
}

async function resume(ctx: Context): Promise<number> {
  let moved = 0
  for (const key of await ctx.state.keys('waits:')) {
    if (moved >= 20) break
    const waiting = (await ctx.state.get(key)) as Waiting | null
    if (!waiting || waiting.due > Date.now()) continue
    await walk(ctx, key.slice('waits:'.length), waiting)
    moved++
  }
  return moved
}

export default defineBot({
  id: 'workflow',
  version: '1.0.0',
  title: 'Workflow',
  description: 'Takes a member through a list of steps: conditions, waits, e-mails, roles, groups, plans, tags, calls.',
  kind: 'action',
  config: {
    schema: {
      type: 'object',
      required: ['steps'],
      properties: {
        steps: {
          type: 'array',
          title: 'Steps',
          minItems: 1,
          maxItems: 20,
          items: {
            type: 'object',
            required: ['do'],
            properties: {
              do: {
                type: 'string',
                title: 'Step',
                default: 'mail',
                oneOf: [
                  { const: 'if', title: 'go on only if' },
                  { const: 'wait', title: 'wait' },
                  { const: 'mail', title: 'send an e-mail' },
                  { const: 'addTag', title: 'give a tag' },
                  { const: 'removeTag', title: 'take a tag away' },
                  { const: 'setRole', title: 'set the role' },
                  { const: 'addToGroup', title: 'put into a group' },
                  { const: 'startPlan', title: 'start a plan' },
                  { const: 'call', title: 'call an address' },
                  { const: 'notify', title: 'tell people with a role' },
                ],
              },
              field: {
                type: 'string',
                title: 'Condition',
                oneOf: [
                  { const: 'status', title: 'status is' },
                  { const: 'role', title: 'role is' },
                  { const: 'tag', title: 'has the tag' },
                  { const: 'hasEmail', title: 'has an e-mail address' },
                ],
              },
              value: { type: 'string', title: 'Value, tag or role', maxLength: 60 },
              hours: { type: 'integer', title: 'Hours to wait', minimum: 1, maximum: 8760 },
              subject: { type: 'string', title: 'Subject', maxLength: 200 },
              text: { type: 'string', title: 'Text', maxLength: 4000 },
              groupId: { type: 'string', format: 'group', title: 'Group', maxLength: 36 },
              planId: { type: 'string', format: 'plan', title: 'Plan', maxLength: 36 },
            },
          },
        },
        host: { type: 'string', format: 'httpHost', title: 'Server that steps call', maxLength: 253 },
        path: { type: 'string', title: 'Address on that server', maxLength: 300 },
        token: { type: 'string', format: 'secret', title: 'Token for that server', maxLength: 500 },
      },
    },
    uiSchema: {
      'ui:order': ['steps', 'host', 'path', 'token'],
      steps: { items: { text: { 'ui:widget': 'textarea', 'ui:options': { rows: 4 } } } },
    },
  },
  triggers: {
    events: [
      'members.created',
      'members.inviteAccepted',
      'members.suspended',
      'members.reactivated',
      'groups.memberAdded',
    ],
    cron: { default: '5 * * * *' },
    manual: {
      input: {
        type: 'object',
        required: ['memberId'],
        properties: { memberId: { type: 'string', format: 'member', title: 'Member', maxLength: 36 } },
      },
    },
    action: { target: 'member' },
  },
  permissions: {
    actions: [
      'members.get',
      'members.update',
      'members.addTag',
      'members.removeTag',
      'groups.addMember',
      'memberships.start',
      'email.send',
      'notifications.send',
    ],
  },
  translations: {
    de: {
      Workflow: 'Ablauf',
      'Takes a member through a list of steps: conditions, waits, e-mails, roles, groups, plans, tags, calls.':
        'Führt ein Mitglied durch eine Liste von Schritten: Bedingungen, Warten, E-Mails, Rollen, Gruppen, Tarife, Schlagworte, Aufrufe.',
      Steps: 'Schritte',
      Step: 'Schritt',
      'go on only if': 'nur weiter, wenn',
      wait: 'warten',
      'send an e-mail': 'eine E-Mail senden',
      'give a tag': 'ein Schlagwort geben',
      'take a tag away': 'ein Schlagwort nehmen',
      'set the role': 'die Rolle setzen',
      'put into a group': 'in eine Gruppe aufnehmen',
      'start a plan': 'einen Tarif beginnen',
      'call an address': 'eine Adresse aufrufen',
      'tell people with a role': 'Menschen mit einer Rolle benachrichtigen',
      Condition: 'Bedingung',
      'status is': 'Status ist',
      'role is': 'Rolle ist',
      'has the tag': 'hat das Schlagwort',
      'has an e-mail address': 'hat eine E-Mail-Adresse',
      'Value, tag or role': 'Wert, Schlagwort oder Rolle',
      'Hours to wait': 'Stunden warten',
      Subject: 'Betreff',
      Text: 'Text',
      Group: 'Gruppe',
      Plan: 'Tarif',
      'Server that steps call': 'Server, den Schritte aufrufen',
      'Address on that server': 'Adresse auf diesem Server',
      'Token for that server': 'Token für diesen Server',
      Member: 'Mitglied',
    },
  },
  async run(ctx, event) {
    if (event.trigger === 'cron') {
      const moved = await resume(ctx)
      return { summary: `${moved} went on`, moved }
    }
    const memberId =
      event.trigger === 'event'
        ? event.payload.memberId
        : event.trigger === 'action'
          ? event.target.id
          : event.trigger === 'manual'
            ? event.input.memberId
            : undefined
    if (!memberId) throw new Error('Nobody was named')
    return { summary: await begin(ctx, memberId) }
  },
})
