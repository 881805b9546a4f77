import { type BotContext, defineBot } from '@guildhall/sdk'

interface Rule {
  field: 'always' | 'tag' | 'city' | 'gender' | 'language' | 'youngerThan' | 'olderThan'
  value?: string | undefined
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
  status: string
  joinedOn: string | null
  leftOn: string | null
  address: { city?: string } | null
}
type Actions = 'members.get' | 'members.list' | 'members.update' | 'members.addTag' | 'groups.addMember'
type Context = BotContext<{ rules: Rule[] }, Actions>

/** Which role a member has before anybody gives him one; one that was given is never taken for another. */
const firstRole = 'maker'
const pageSize = 25
/** Calls are counted: a run stops in time, and the next one goes on. */
const callsARun = 190

/** In the language of the organisation: what people read of a run. */
const words = {
  en: { given: (n: number) => `${n} given`, more: 'run it again for the rest', gone: 'the member is gone by now' },
  de: {
    given: (n: number) => `${n} vergeben`,
    more: 'für den Rest noch einmal starten',
    gone: 'das Mitglied gibt es nicht mehr',
  },
}
const wordsFor = (ctx: Context) => words[ctx.tenant.locale.startsWith('de') ? 'de' : 'en']

/** The field of a member that a condition looks at, as the event of a change names it. */
const looksAt: Record<Exclude<Rule['field'], 'always'>, string> = {
  tag: 'tags',
  city: 'address',
  gender: 'gender',
  language: 'language',
  youngerThan: 'birthday',
  olderThan: 'birthday',
}

function ageOn(today: string, birthday: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthday.slice(0, 4))
  return birthday.slice(5) > today.slice(5) ? years - 1 : years
}

const same = (a: string | null | undefined, b: string | undefined) =>
  a !== null && a !== undefined && a.toLowerCase() === (b ?? '').toLowerCase()
const tagged = (member: Person, tag: string | undefined) => member.tags.some((one) => same(one, tag))

function matches(rule: Rule, member: Person, today: string): boolean {
  const age = member.birthday === null ? null : ageOn(today, member.birthday)
  switch (rule.field) {
    case 'always':
      return true
    case 'tag':
      return tagged(member, rule.value)
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

/** Who left is none any more; who asked to become one is none before somebody accepts him, and may be refused. */
const isMember = ({ status, joinedOn, leftOn }: Person, today: string) =>
  (leftOn === null || leftOn >= today) && !(status === 'pending' && joinedOn === null)

/** Who of these sits in which of the groups that rules give. */
async function seats(ctx: Context, rules: readonly Rule[], members: readonly Person[]): Promise<Set<string>> {
  const taken = new Set<string>()
  for (const group of new Set(rules.flatMap(({ giveGroup }) => giveGroup ?? []))) {
    const { items } = await ctx.call('members.list', {
      filter: {
        and: [
          { field: 'id', op: 'in', value: members.map(({ id }) => id) },
          { field: 'group', op: 'eq', value: group },
        ],
      },
      limit: pageSize,
    })
    for (const { id } of items) taken.add(`${group} ${id}`)
  }
  return taken
}

/** Gives what is missing and takes nothing away: what a person changed by hand stays. @returns how much was given */
async function apply(ctx: Context, rule: Rule, member: Person, taken: Set<string>): Promise<number> {
  let given = 0
  if (rule.giveRole && member.role === firstRole && member.role !== rule.giveRole) {
    member.role = rule.giveRole
    await ctx.call('members.update', { memberId: member.id, patch: { role: rule.giveRole } })
    given++
  }
  if (rule.giveTag && !tagged(member, rule.giveTag)) {
    member.tags = [...member.tags, rule.giveTag]
    await ctx.call('members.addTag', { memberId: member.id, tag: rule.giveTag })
    given++
  }
  const seat = `${rule.giveGroup} ${member.id}`
  if (rule.giveGroup && !taken.has(seat)) {
    taken.add(seat)
    await ctx.call('groups.addMember', { groupId: rule.giveGroup, memberId: member.id })
    given++
  }
  return given
}

/** A member may be deleted between what happened and the run that hears of it: then there is nothing to do, and nothing went wrong. */
const unlessGone = (error: { code?: string }): null => {
  if (error.code !== 'NOT_FOUND') throw error
  return null
}

/**
 * @param changed only rules that look at one of these fields; null: all of them
 * @returns how much was given; null: the member is gone
 */
async function one(ctx: Context, memberId: string, changed: readonly string[] | null): Promise<number | null> {
  const rules = ctx.config.rules.filter(
    ({ field }) => changed === null || (field !== 'always' && changed.some((name) => name.startsWith(looksAt[field]))),
  )
  if (rules.length === 0) return 0
  const read = await ctx.call('members.get', { memberId }).catch(unlessGone)
  if (read === null) return null
  const member: Person = { ...read }
  const { today } = ctx.tenant
  if (!isMember(member, today)) return 0
  const fitting = rules.filter((rule) => matches(rule, member, today))
  const taken = await seats(ctx, fitting, [member])
  let given = 0
  for (const rule of fitting) given += await apply(ctx, rule, member, taken)
  return given
}

/** Everybody there is, page after page; what was given once is found given when a page is read again. */
async function everybody(ctx: Context): Promise<{ given: number; finished: boolean }> {
  const { rules } = ctx.config
  const { today } = ctx.tenant
  let cursor = (await ctx.state.get('cursor')) as string | null
  let [given, calls] = [0, 0]
  while (calls < callsARun) {
    const { items, nextCursor } = await ctx.call('members.list', {
      limit: pageSize,
      sort: 'createdAt',
      ...(cursor === null ? {} : { cursor }),
    })
    const members: Person[] = items.map((item) => ({ ...item }))
    const taken = await seats(ctx, rules, members)
    calls += 1 + new Set(rules.flatMap(({ giveGroup }) => giveGroup ?? [])).size
    for (const member of members) {
      if (calls + 3 * rules.length > callsARun) return { given, finished: false }
      if (!isMember(member, today)) continue
      for (const rule of rules.filter((rule) => matches(rule, member, today))) {
        const done = await apply(ctx, rule, member, taken)
        given += done
        calls += done
      }
    }
    cursor = nextCursor
    if (cursor === null) break
    await ctx.state.set('cursor', cursor)
  }
  if (cursor !== null) return { given, finished: false }
  await ctx.state.delete('cursor')
  return { given, finished: true }
}

const conditions = [
  { const: 'always', title: 'always' },
  { const: 'tag', title: 'has the tag' },
  { const: 'city', title: 'lives in' },
  { const: 'gender', title: 'gender is' },
  { const: 'language', title: 'language is' },
  { const: 'youngerThan', title: 'is younger than' },
  { const: 'olderThan', title: 'is older than' },
] as const

/** What a condition compares with, by what it looks at; "always" compares with nothing. */
const against = (fields: readonly Rule['field'][], value: object) => ({
  if: { properties: { field: { enum: fields } }, required: ['field'] },
  then: { properties: { value: { type: 'string' as const, ...value } }, required: ['value'] },
})

export default defineBot({
  id: 'role-and-group-by-rule',
  version: '2.1.1',
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
              field: { type: 'string', title: 'If', default: 'always', oneOf: conditions },
              giveGroup: { type: 'string', format: 'group', title: 'Put into group', maxLength: 36 },
              giveRole: { type: 'string', title: 'Give role', minLength: 1, maxLength: 60 },
              giveTag: { type: 'string', title: 'Give tag', minLength: 1, maxLength: 60 },
            },
            allOf: [
              against(['tag'], { title: 'Tag', minLength: 1, maxLength: 200 }),
              against(['city'], { title: 'Town', minLength: 1, maxLength: 200 }),
              against(['gender'], {
                title: 'Gender',
                oneOf: [
                  { const: 'female', title: 'female' },
                  { const: 'male', title: 'male' },
                  { const: 'diverse', title: 'diverse' },
                  { const: 'unknown', title: 'unknown' },
                ],
              }),
              against(['language'], { title: 'Language, such as de or en', minLength: 1, maxLength: 200 }),
              against(['youngerThan', 'olderThan'], { title: 'Years', minLength: 1, maxLength: 200 }),
            ],
          },
        },
      },
    },
    uiSchema: {
      rules: {
        items: {
          'ui:order': ['field', 'value', 'giveGroup', 'giveRole', 'giveTag'],
          giveRole: { 'ui:help': 'To members who have none but the first (maker); one that was given stays' },
        },
      },
    },
  },
  triggers: {
    events: ['members.created', 'members.updated', 'members.inviteAccepted', 'members.registrationAccepted'],
    manual: {},
  },
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
      Tag: 'Schlagwort',
      Town: 'Ort',
      Gender: 'Geschlecht',
      female: 'weiblich',
      male: 'männlich',
      diverse: 'divers',
      unknown: 'unbekannt',
      'Language, such as de or en': 'Sprache, etwa de oder en',
      Years: 'Jahre',
      'Put into group': 'In Gruppe aufnehmen',
      'Give role': 'Rolle geben',
      'Give tag': 'Schlagwort geben',
      'To members who have none but the first (maker); one that was given stays':
        'An Mitglieder, die nur die erste haben (maker); eine vergebene Rolle bleibt',
    },
  },
  async run(ctx, event) {
    const say = wordsFor(ctx)
    if (event.trigger === 'event') {
      const changed = event.name === 'members.updated' ? event.payload.changed : null
      const given = await one(ctx, event.payload.memberId, changed)
      return given === null
        ? { summary: `${say.given(0)}: ${say.gone}`, given: 0 }
        : { summary: say.given(given), given }
    }
    const { given, finished } = await everybody(ctx)
    return { summary: finished ? say.given(given) : `${say.given(given)}; ${say.more}`, given, finished }
  },
})
