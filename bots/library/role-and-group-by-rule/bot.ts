import { type BotContext, defineBot } from '@guildhall/sdk'

interface Rule {
  field: 'always' | 'tag' | 'city' | 'gender' | 'language' | 'youngerThan' | 'olderThan'
  value?: string
  giveRole?: string
  giveGroup?: string
  giveTag?: string
}
interface Person {
  id: string
  role: string
  tags: readonly string[]
  gender: string | null
  language: string | null
  birthday: string | null
  leftOn: string | null
  address: { city?: string } | null
}
type Actions = 'members.get' | 'members.list' | 'members.update' | 'members.addTag' | 'groups.addMember'
type Context = BotContext<{ rules: Rule[] }, Actions>

function ageOn(today: string, birthday: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthday.slice(0, 4))
  return birthday.slice(5) > today.slice(5) ? years - 1 : years
}

const same = (a: string | null | undefined, b: string | undefined) =>
  a !== null && a !== undefined && a.toLowerCase() === (b ?? '').toLowerCase()

function matches(rule: Rule, member: Person, today: string): boolean {
  const age = member.birthday === null ? null : ageOn(today, member.birthday)
  switch (rule.field) {
    case 'always':
      return true
    case 'tag':
      return member.tags.some((tag) => same(tag, rule.value))
    case 'city':
      return same(member.address?.city, rule.value)
    case 'gender':
      return same(member.gender, rule.value)
    case 'language':
      return same(member.language, rule.value)
    case 'youngerThan':
      return age !== null && age < Number(rule.value)
    case 'olderThan':
      return age !== null && age > Number(rule.value)
  }
}

/** Gives what is missing and takes nothing away: what a person changed by hand stays. */
async function apply(ctx: Context, rule: Rule, member: Person): Promise<number> {
  let done = 0
  if (rule.giveRole && member.role !== rule.giveRole) {
    await ctx.call('members.update', { memberId: member.id, patch: { role: rule.giveRole } })
    done++
  }
  if (rule.giveTag && !member.tags.some((tag) => same(tag, rule.giveTag))) {
    await ctx.call('members.addTag', { memberId: member.id, tag: rule.giveTag })
    done++
  }
  if (rule.giveGroup && !(await sits(ctx, rule.giveGroup, member.id))) {
    await ctx.call('groups.addMember', { groupId: rule.giveGroup, memberId: member.id })
    done++
  }
  return done
}

async function sits(ctx: Context, groupId: string, memberId: string): Promise<boolean> {
  const found = await ctx.call('members.list', {
    filter: {
      and: [
        { field: 'id', op: 'eq', value: memberId },
        { field: 'group', op: 'eq', value: groupId },
      ],
    },
    limit: 1,
  })
  return found.items.length > 0
}

async function onboard(ctx: Context, member: Person): Promise<number> {
  if (member.leftOn !== null) return 0
  let done = 0
  for (const rule of ctx.config.rules)
    if (matches(rule, member, ctx.tenant.today)) done += await apply(ctx, rule, member)
  return done
}

export default defineBot({
  id: 'role-and-group-by-rule',
  version: '1.0.0',
  title: 'Role and group by rule',
  description: 'Puts members into groups and gives them roles and tags by rules you write, such as age or town.',
  kind: 'event',
  config: {
    schema: {
      type: 'object',
      required: ['rules'],
      properties: {
        rules: {
          type: 'array',
          title: 'Rules',
          minItems: 1,
          maxItems: 20,
          items: {
            type: 'object',
            required: ['field'],
            properties: {
              field: {
                type: 'string',
                title: 'If',
                default: 'always',
                oneOf: [
                  { const: 'always', title: 'always' },
                  { const: 'tag', title: 'has the tag' },
                  { const: 'city', title: 'lives in' },
                  { const: 'gender', title: 'gender is' },
                  { const: 'language', title: 'language is' },
                  { const: 'youngerThan', title: 'is younger than' },
                  { const: 'olderThan', title: 'is older than' },
                ],
              },
              value: { type: 'string', title: 'Value', maxLength: 200 },
              giveGroup: { type: 'string', format: 'group', title: 'Put into group', maxLength: 36 },
              giveRole: { type: 'string', title: 'Give role', maxLength: 60 },
              giveTag: { type: 'string', title: 'Give tag', maxLength: 60 },
            },
          },
        },
      },
    },
    uiSchema: { rules: { items: { value: { 'ui:help': 'A word, or a number of years' } } } },
  },
  triggers: { events: ['members.created', 'members.updated', 'members.inviteAccepted'], manual: {} },
  permissions: {
    actions: ['members.get', 'members.list', 'members.update', 'members.addTag', 'groups.addMember'],
  },
  translations: {
    de: {
      'Role and group by rule': 'Rolle und Gruppe nach Regel',
      'Puts members into groups and gives them roles and tags by rules you write, such as age or town.':
        'Nimmt Mitglieder nach Regeln wie Alter oder Wohnort in Gruppen auf und gibt ihnen Rollen und Schlagworte.',
      Rules: 'Regeln',
      If: 'Wenn',
      always: 'immer',
      'has the tag': 'das Schlagwort hat',
      'lives in': 'wohnt in',
      'gender is': 'Geschlecht ist',
      'language is': 'Sprache ist',
      'is younger than': 'jünger ist als',
      'is older than': 'älter ist als',
      Value: 'Wert',
      'Put into group': 'In Gruppe aufnehmen',
      'Give role': 'Rolle geben',
      'Give tag': 'Schlagwort geben',
      'A word, or a number of years': 'Ein Wort oder eine Zahl von Jahren',
    },
  },
  async run(ctx, event) {
    if (event.trigger === 'event') {
      const done = await onboard(ctx, await ctx.call('members.get', { memberId: event.payload.memberId }))
      return { summary: `${done} changes`, done }
    }
    let done = 0
    // A run may call so often and no more: where there are more members it goes on where it stopped.
    let cursor = (await ctx.state.get('cursor')) as string | null
    for (let page = 0; page < 5; page++) {
      const { items, nextCursor } = await ctx.call('members.list', { limit: 20, ...(cursor ? { cursor } : {}) })
      for (const member of items) done += await onboard(ctx, member)
      cursor = nextCursor
      if (!cursor) break
    }
    await ctx.state.set('cursor', cursor)
    return { summary: cursor ? `${done} changes; run it again for the rest` : `${done} changes`, done }
  },
})
