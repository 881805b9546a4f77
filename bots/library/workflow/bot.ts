import { type BotContext, defineBot } from '@guildhall/sdk'

interface Step {
  do: 'if' | 'wait' | 'mail' | 'addTag' | 'removeTag' | 'setRole' | 'addToGroup' | 'startPlan' | 'call' | 'notify'
  field?: 'status' | 'role' | 'tag' | 'hasEmail' | undefined
  value?: string | undefined
  hours?: number | undefined
  subject?: string | undefined
  text?: string | undefined
  groupId?: string | undefined
  planId?: string | undefined
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
interface Passage {
  step: number
  /** ms since 1970. */
  due: number
  since: string
  /** How often this step went wrong in a row. */
  failures: number
}

const hour = 3_600_000
/** Calls are counted: a run takes so many on, and the next one the others. */
const passagesARun = 20
const mostFailures = 5
/** What the last step causes, such as a new seat, is no new beginning. */
const quietSeconds = 600

/** In the language of the organisation: what people read of a run. */
const words = {
  en: {
    moved: (n: number) => `${n} went on`,
    waits: 'waits',
    ended: 'ended',
    gone: 'ended: the member is gone by now',
    underWay: 'already under way',
    justThrough: 'came through just now',
    nobody: 'Nobody was named',
    noServer: 'A step calls an address, but the form names no server',
    answered: (host: string, status: number) => `${host} answered ${status}`,
    failed: (step: number, memberId: string, why: string) => `Step ${step} failed for member ${memberId}: ${why}`,
  },
  de: {
    moved: (n: number) => `${n} weitergeführt`,
    waits: 'wartet',
    ended: 'beendet',
    gone: 'beendet: das Mitglied gibt es nicht mehr',
    underWay: 'ist schon unterwegs',
    justThrough: 'ist gerade erst durch',
    nobody: 'Es wurde niemand genannt',
    noServer: 'Ein Schritt ruft eine Adresse auf, aber im Formular steht kein Server',
    answered: (host: string, status: number) => `${host} antwortete mit ${status}`,
    failed: (step: number, memberId: string, why: string) =>
      `Schritt ${step} ist bei Mitglied ${memberId} gescheitert: ${why}`,
  },
}
const wordsFor = (ctx: Context) => words[ctx.tenant.locale.startsWith('de') ? 'de' : 'en']

const lower = (word: string | undefined) => (word ?? '').toLowerCase()

function holds({ field, value }: Step, member: Person): boolean {
  switch (field) {
    case 'status':
      return member.status === lower(value)
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
  if (!host) throw new Error(wordsFor(ctx).noServer)
  const answer = await ctx.fetch(`https://${host}${path.startsWith('/') ? '' : '/'}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(ctx.secrets.token ? { authorization: `Bearer ${ctx.secrets.token}` } : {}),
    },
    body: JSON.stringify({ memberId: member.id, status: member.status, role: member.role }),
  })
  if (answer.status >= 300) throw new Error(wordsFor(ctx).answered(host, answer.status))
}

/** A seat that is taken is where the step wanted to lead. */
async function sit(ctx: Context, groupId: string, memberId: string): Promise<void> {
  try {
    await ctx.call('groups.addMember', { groupId, memberId })
  } catch (error) {
    if ((error as { code?: string }).code !== 'CONFLICT') throw error
  }
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
        memberId,
        subject: step.subject || ctx.tenant.name,
        text: step.text || ctx.tenant.name,
        key: `workflow:${since}:${index}`,
      })
      return true
    case 'addTag':
      await ctx.call('members.addTag', { memberId, tag: step.value ?? '' })
      return true
    case 'removeTag':
      await ctx.call('members.removeTag', { memberId, tag: step.value ?? '' })
      return true
    case 'setRole':
      await ctx.call('members.update', { memberId, patch: { role: step.value ?? '' } })
      return true
    case 'addToGroup':
      await sit(ctx, step.groupId ?? '', memberId)
      return true
    case 'startPlan':
      await ctx.call('memberships.start', { planId: step.planId ?? '', memberId })
      return true
    case 'call':
      await callOut(ctx, member)
      return true
    case 'notify':
      await ctx.call('notifications.send', {
        roles: [step.value ?? 'makerspace_admin'],
        kind: 'bots.workflow',
        title: (step.subject || member.displayName).slice(0, 200),
        text: step.text ? `${member.displayName}: ${step.text}`.slice(0, 2000) : member.displayName,
        link: `/members/${memberId}`,
      })
      return true
  }
}

/** The place of a member, and the list of what is due: its keys come in the order of time. */
const place = (memberId: string) => `at:${memberId}`
const dueKey = (due: number, memberId: string) => `due:${String(due).padStart(15, '0')}:${memberId}`

async function wait(ctx: Context, memberId: string, passage: Passage): Promise<void> {
  await ctx.state.set(place(memberId), passage)
  await ctx.state.set(dueKey(passage.due, memberId), true)
}

/** A member may be deleted between what happened and the run that hears of it, or while he waits: his way ends there. */
const unlessGone = (error: { code?: string }): null => {
  if (error.code !== 'NOT_FOUND') throw error
  return null
}

/** Goes on from a step until the end, a condition that does not hold, or a wait. A step that fails waits an hour. */
async function walk(ctx: Context, memberId: string, from: Passage): Promise<'ended' | 'waits' | 'gone'> {
  const { steps } = ctx.config
  const read = (): Promise<Person | null> => ctx.call('members.get', { memberId }).catch(unlessGone)
  let index = from.step
  let member: Person | null
  try {
    member = await read()
    for (; member && index < steps.length; index++) {
      const step = steps[index] as Step
      if (step.do === 'if' && index > from.step) member = await read()
      if (!member) break
      const left = member.leftOn !== null && member.leftOn < ctx.tenant.today
      if (left || !(await perform(ctx, step, index, member, from.since))) break
      if (step.do !== 'wait') continue
      const due = Date.now() + (step.hours ?? 24) * hour
      await wait(ctx, memberId, { step: index + 1, due, since: from.since, failures: 0 })
      return 'waits'
    }
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'LIMIT' && index > from.step) {
      await wait(ctx, memberId, { step: index, due: Date.now(), since: from.since, failures: 0 })
      return 'waits'
    }
    const failures = index === from.step ? from.failures + 1 : 1
    // What a step needs is gone for good: the way ends. Everything else is tried again, and somebody looks at the failed run.
    if (code === 'NOT_FOUND' || failures >= mostFailures) await end(ctx, memberId)
    else await wait(ctx, memberId, { step: index, due: Date.now() + hour, since: from.since, failures })
    throw new Error(wordsFor(ctx).failed(index + 1, memberId, (error as Error).message))
  }
  await end(ctx, memberId)
  return member ? 'ended' : 'gone'
}

const end = (ctx: Context, memberId: string) =>
  ctx.state.set(place(memberId), { ended: true }, { ttlSeconds: quietSeconds })

/** Whoever is under way already, or came through just now, is not sent on the way by what happens to him. */
async function begin(ctx: Context, memberId: string, o: { onPurpose: boolean }): Promise<string> {
  const there = (await ctx.state.get(place(memberId))) as Passage | { ended: true } | null
  if (there && !('ended' in there)) return wordsFor(ctx).underWay
  if (there && !o.onPurpose) return wordsFor(ctx).justThrough
  const passage = { step: 0, due: Date.now() + hour, since: ctx.run.id, failures: 0 }
  await ctx.state.set(place(memberId), passage, { ttlSeconds: quietSeconds })
  return wordsFor(ctx)[await walk(ctx, memberId, passage)]
}

async function resume(ctx: Context): Promise<number> {
  const troubles: string[] = []
  let moved = 0
  for (const key of await ctx.state.keys('due:')) {
    const [, due, memberId] = key.split(':') as [string, string, string]
    if (Number(due) > Date.now() || moved >= passagesARun) break
    moved++
    const passage = (await ctx.state.get(place(memberId))) as Passage | { ended: true } | null
    await ctx.state.delete(key)
    if (!passage || 'ended' in passage || passage.due !== Number(due)) continue
    await walk(ctx, memberId, passage).catch((error: Error) => troubles.push(error.message))
  }
  if (troubles.length > 0) throw new Error(troubles.join('. ').slice(0, 900))
  return moved
}

/** Fields of some kinds of steps, and of no other; whatever is named has to be filled in, unless it is listed as free. */
const only = (kinds: readonly Step['do'][], properties: object, free: readonly string[] = []) => ({
  if: { properties: { do: { enum: kinds } }, required: ['do'] },
  then: { properties, required: Object.keys(properties).filter((name) => !free.includes(name)) },
})
/** What a condition compares with, by what it looks at. */
const against = (field: Step['field'], value: object) => ({
  if: { properties: { do: { const: 'if' }, field: { const: field } }, required: ['do', 'field'] },
  then: { properties: { value: { type: 'string' as const, ...value } }, required: ['value'] },
})
const word = (title: string) => ({ type: 'string', title, minLength: 1, maxLength: 60 })
const line = (title: string) => ({ type: 'string', title, minLength: 1, maxLength: 200 })
const letter = (title: string) => ({ type: 'string', title, minLength: 1, maxLength: 4000 })

export default defineBot({
  id: 'workflow',
  version: '2.0.2',
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
            },
            allOf: [
              only(['if'], {
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
              }),
              against('status', {
                type: 'string',
                title: 'Status',
                oneOf: [
                  { const: 'pending', title: 'invited, not yet a member' },
                  { const: 'active', title: 'active' },
                  { const: 'expired', title: 'without a membership that runs' },
                  { const: 'suspended', title: 'suspended' },
                ],
              }),
              against('role', word('Role')),
              against('tag', word('Tag')),
              only(['wait'], {
                hours: { type: 'integer', title: 'Hours to wait', minimum: 1, maximum: 8760 },
              }),
              only(['mail'], { subject: line('Subject'), text: letter('Text') }),
              only(['addTag', 'removeTag'], { value: word('Tag') }),
              only(['setRole'], { value: word('Role') }),
              only(['addToGroup'], {
                groupId: { type: 'string', format: 'group', title: 'Group', maxLength: 36 },
              }),
              only(['startPlan'], { planId: { type: 'string', format: 'plan', title: 'Plan', maxLength: 36 } }),
              only(['notify'], { value: word('Role'), subject: line('Title'), text: letter('Text') }, [
                'subject',
                'text',
              ]),
            ],
          },
        },
        host: { type: 'string', format: 'httpHost', title: 'Server that steps call', maxLength: 253 },
        path: { type: 'string', title: 'Address on that server', maxLength: 300 },
        token: { type: 'string', format: 'secret', title: 'Token for that server', maxLength: 500 },
      },
    },
    uiSchema: {
      'ui:order': ['steps', 'host', 'path', 'token'],
      host: { 'ui:help': 'Only for steps that call an address; the bot may call this server and no other' },
      steps: {
        items: {
          'ui:order': ['do', 'field', 'value', 'hours', 'subject', 'text', 'groupId', 'planId'],
          hours: { 'ui:help': '24: a day, 168: a week' },
          text: { 'ui:widget': 'textarea', 'ui:options': { rows: 4 } },
        },
      },
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
      Status: 'Status',
      'invited, not yet a member': 'eingeladen, noch kein Mitglied',
      active: 'aktiv',
      'without a membership that runs': 'ohne laufende Mitgliedschaft',
      suspended: 'gesperrt',
      Role: 'Rolle',
      Tag: 'Schlagwort',
      Title: 'Titel',
      'Hours to wait': 'Stunden warten',
      '24: a day, 168: a week': '24: ein Tag, 168: eine Woche',
      'Only for steps that call an address; the bot may call this server and no other':
        'Nur für Schritte, die eine Adresse aufrufen; der Bot darf nur diesen Server aufrufen',
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
      return { summary: wordsFor(ctx).moved(moved), moved }
    }
    const onPurpose = event.trigger !== 'event'
    const memberId = memberOf(event)
    if (!memberId) throw new Error(wordsFor(ctx).nobody)
    return { summary: await begin(ctx, memberId, { onPurpose }) }
  },
})

/** Whom an event, a button or a form names. */
function memberOf(event: {
  readonly trigger: string
  readonly payload?: { readonly memberId?: string }
  readonly target?: { readonly id: string }
  readonly input?: { readonly memberId?: string }
}): string | undefined {
  return event.payload?.memberId ?? event.target?.id ?? event.input?.memberId
}
