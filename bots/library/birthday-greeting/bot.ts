import { type BotContext, defineBot } from '@guildhall/sdk'

interface Config {
  subject: string
  message: string
  groupId?: string
  adultsOnly?: boolean
}
type Context = BotContext<Config, 'members.list' | 'email.send'>
interface Member {
  id: string
  displayName: string
  firstName: string | null
  lastName: string | null
  birthday: string | null
  leftOn: string | null
  language: string | null
}

/** A run sends fifty mails at most; pages of 25 make two rounds of it. */
const pageSize = 25
const pagesARun = 2

/** What the form begins with. Nobody wrote it himself: it goes out in the language of whoever is greeted. */
const greetings = {
  en: {
    subject: 'Happy birthday!',
    message: 'Dear {firstName},\n\nmany happy returns of the day!\n\n{organization}',
  },
  de: {
    subject: 'Herzlichen Glückwunsch zum Geburtstag!',
    message: 'Hallo {firstName},\n\nherzlichen Glückwunsch und alles Gute zum Geburtstag!\n\n{organization}',
  },
}
const languageOf = (ctx: Context, member: Pick<Member, 'language'>) =>
  (member.language ?? ctx.tenant.locale).toLowerCase().startsWith('de') ? 'de' : 'en'

/** The text as it was set, and where that is one of ours, the same in the language of the member. */
function textFor(ctx: Context, member: Member, part: 'subject' | 'message'): string {
  const set = ctx.config[part]
  const ours = Object.values(greetings).some((greeting) => greeting[part] === set)
  return ours ? greetings[languageOf(ctx, member)][part] : set
}

/** In the language of the organisation: what people read of a run. */
const words = {
  en: { greeted: (n: number) => `${n} greeted`, more: 'the next run goes on' },
  de: { greeted: (n: number) => `${n} beglückwünscht`, more: 'der nächste Lauf macht weiter' },
}

const leap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

/** Whose day it is: in a common year, those of 29 February are greeted on the 28th. */
function daysOf(today: string): string[] {
  const day = today.slice(5)
  return day === '02-28' && !leap(Number(today.slice(0, 4))) ? [day, '02-29'] : [day]
}

/** On the birthday itself the difference of the years is the age. */
const turns = (today: string, birthday: string | null) => Number(today.slice(0, 4)) - Number(birthday?.slice(0, 4))

/** `{firstName}` and the like; whatever else stands in braces stays as it is. */
function filledIn(text: string, member: Member, ctx: Context): string {
  const values: Record<string, string> = {
    firstName: member.firstName ?? member.displayName,
    lastName: member.lastName ?? '',
    name: member.displayName,
    age: String(turns(ctx.tenant.today, member.birthday)),
    organization: ctx.tenant.name,
  }
  return text.replace(/\{(firstName|lastName|name|age|organization)\}/g, (_, name: string) => values[name] ?? '')
}

async function greet(ctx: Context, member: Member): Promise<number> {
  const { adultsOnly } = ctx.config
  const { today } = ctx.tenant
  if (member.leftOn !== null && member.leftOn < today) return 0
  if (adultsOnly && turns(today, member.birthday) < 18) return 0
  const { duplicate } = await ctx.call('email.send', {
    memberId: member.id,
    subject: filledIn(textFor(ctx, member, 'subject'), member, ctx).slice(0, 300),
    text: filledIn(textFor(ctx, member, 'message'), member, ctx),
    kind: 'bulk',
    key: `birthday:${today.slice(0, 4)}:${member.id}`,
  })
  return duplicate ? 0 : 1
}

export default defineBot({
  id: 'birthday-greeting',
  version: '1.1.0',
  title: 'Birthday greeting',
  description: 'Sends members an e-mail on their birthday.',
  kind: 'event',
  config: {
    schema: {
      type: 'object',
      required: ['subject', 'message'],
      properties: {
        subject: { type: 'string', title: 'Subject', minLength: 1, maxLength: 200, default: greetings.en.subject },
        message: {
          type: 'string',
          title: 'Message',
          minLength: 1,
          maxLength: 4000,
          default: greetings.en.message,
        },
        groupId: { type: 'string', format: 'group', title: 'Only members of this group', maxLength: 36 },
        adultsOnly: { type: 'boolean', title: 'Only from the age of 18', default: false },
      },
    },
    uiSchema: {
      'ui:order': ['subject', 'message', 'groupId', 'adultsOnly'],
      message: {
        'ui:widget': 'textarea',
        'ui:options': { rows: 6 },
        'ui:help': '{firstName}, {lastName}, {name}, {age} and {organization} are filled in',
      },
      groupId: { 'ui:help': 'With the groups below it; leave empty for everybody' },
    },
  },
  triggers: { cron: { default: '0 8-11 * * *' }, manual: {} },
  permissions: { actions: ['members.list', 'email.send'] },
  translations: {
    de: {
      'Birthday greeting': 'Geburtstagsgruß',
      'Sends members an e-mail on their birthday.': 'Schickt Mitgliedern zum Geburtstag eine E-Mail.',
      Subject: 'Betreff',
      Message: 'Nachricht',
      [greetings.en.subject]: greetings.de.subject,
      [greetings.en.message]: greetings.de.message,
      'Only members of this group': 'Nur Mitglieder dieser Gruppe',
      'With the groups below it; leave empty for everybody': 'Mit den Gruppen darunter; leer lassen für alle',
      'Only from the age of 18': 'Erst ab 18 Jahren',
      '{firstName}, {lastName}, {name}, {age} and {organization} are filled in':
        '{firstName}, {lastName}, {name}, {age} und {organization} werden ausgefüllt: Vorname, Nachname, ganzer Name, Alter, Organisation',
    },
  },
  async run(ctx) {
    const { today } = ctx.tenant
    const { groupId } = ctx.config
    // A cursor goes on in the same search only.
    const search = `${today} ${groupId ?? ''}`
    const place = (await ctx.state.get('place')) as { search: string; cursor: string } | null
    let cursor = place?.search === search ? place.cursor : null
    const filter = {
      and: [
        { field: 'birthdayOn', op: 'in' as const, value: daysOf(today) },
        { field: 'status', op: 'eq' as const, value: 'active' },
        { field: 'email', op: 'isNull' as const, value: false },
        ...(groupId ? [{ field: 'groupSubtree', op: 'eq' as const, value: groupId }] : []),
      ],
    }
    let greeted = 0
    for (let page = 0; page < pagesARun; page++) {
      const { items, nextCursor } = await ctx.call('members.list', {
        filter,
        limit: pageSize,
        ...(cursor === null ? {} : { cursor }),
      })
      for (const member of items) greeted += await greet(ctx, member)
      cursor = nextCursor
      if (cursor === null) break
    }
    if (cursor === null) await ctx.state.delete('place')
    else await ctx.state.set('place', { search, cursor })
    const say = words[languageOf(ctx, { language: null })]
    return { summary: cursor === null ? say.greeted(greeted) : `${say.greeted(greeted)}, ${say.more}`, greeted }
  },
})
