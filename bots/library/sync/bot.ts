import { type BotContext, defineBot } from '@guildhall/sdk'

type Field = 'firstName' | 'lastName' | 'email' | 'phone' | 'birthday' | 'gender' | 'language' | 'joinedOn' | 'leftOn'
interface Config {
  host: string
  path: string
  direction: 'in' | 'out' | 'both'
  system: string
  fields: { ours: Field; theirs: string }[]
  onConflict: 'ask' | 'theirs' | 'ours'
  withGroups: boolean
}
type Actions =
  | 'members.get'
  | 'members.list'
  | 'members.create'
  | 'members.update'
  | 'groups.get'
  | 'groups.list'
  | 'groups.create'
  | 'groups.update'
type Context = BotContext<Config, Actions>
type Row = Record<string, unknown>
interface Ours extends Row {
  id: string
  externalIds: readonly { system: string; value: string }[]
}
/** What both sides said of a record when they were last in step. */
type Seen = readonly [theirs: string, ours: string]

const pageSize = 50
/** Calls are counted: a run stops in time and the next one goes on. A page takes one call, and one a changed record. */
const callsBeforeLastPage = 140
const pagesARun = 15
const buckets = 32

/** In the language of the organisation: what people read of a run. */
const words = {
  en: {
    answered: (what: string, status: number) => `${what} was answered with ${status}`,
    tooMany: (n: number) => `A page has at most ${pageSize} records; this one has ${n}`,
    noNumber: 'one without an "id"',
    outOnly: 'Nothing to read: changes are sent as they happen',
    groupsRead: 'Groups were read; members come with the next run',
    done: 'Done for today',
    conflicts: (numbers: string) => `Changed on both sides, decide for each: ${numbers}`,
    refused: (numbers: string) => `Refused by the register: ${numbers}`,
    read: (n: number) => `${n} records read`,
    more: 'more to come',
    inOnly: 'Nothing is sent in this direction',
    noGroups: 'Groups are left out',
    group: 'A group was sent',
    deletion: 'A deletion was sent',
    member: 'A member was sent',
    same: 'The other system has it so already',
    gone: 'Nothing was sent: the member is gone by now',
  },
  de: {
    answered: (what: string, status: number) => `Auf ${what} kam die Antwort ${status}`,
    tooMany: (n: number) => `Eine Seite hat höchstens ${pageSize} Datensätze; diese hat ${n}`,
    noNumber: 'einer ohne „id“',
    outOnly: 'Nichts zu lesen: Änderungen werden gesendet, wenn sie geschehen',
    groupsRead: 'Gruppen wurden gelesen; Mitglieder folgen mit dem nächsten Lauf',
    done: 'Für heute fertig',
    conflicts: (numbers: string) => `Auf beiden Seiten geändert, bitte jeweils entscheiden: ${numbers}`,
    refused: (numbers: string) => `Vom Verzeichnis abgelehnt: ${numbers}`,
    read: (n: number) => `${n} Datensätze gelesen`,
    more: 'weitere folgen',
    inOnly: 'In diese Richtung wird nichts gesendet',
    noGroups: 'Gruppen bleiben außen vor',
    group: 'Eine Gruppe wurde gesendet',
    deletion: 'Eine Löschung wurde gesendet',
    member: 'Ein Mitglied wurde gesendet',
    same: 'Das andere System hat es schon so',
    gone: 'Nichts gesendet: das Mitglied gibt es nicht mehr',
  },
}
const wordsFor = (ctx: Context) => words[ctx.tenant.locale.startsWith('de') ? 'de' : 'en']

const text = (value: unknown): string | null => {
  if (value === null || value === undefined || value === '') return null
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

function hashed(word: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193) >>> 0
  return hash
}

/** A short fingerprint of what a record says, to see on which side it changed. */
function fingerprint(values: readonly (string | null)[]): string {
  const word = JSON.stringify(values)
  return hashed(word).toString(36) + hashed(`${word.length}${word}`).toString(36)
}

/** Fingerprints by their number, many to a key: a run may read and write only so many keys. */
class Memory {
  readonly #ctx: Context
  readonly #read = new Map<string, Record<string, Seen>>()
  readonly #changed = new Set<string>()

  constructor(ctx: Context) {
    this.#ctx = ctx
  }

  async #bucket(number: string): Promise<[string, Record<string, Seen>]> {
    const key = `seen:${hashed(number) % buckets}`
    const there = this.#read.get(key) ?? ((await this.#ctx.state.get(key)) as Record<string, Seen> | null) ?? {}
    this.#read.set(key, there)
    return [key, there]
  }

  async get(number: string): Promise<Seen | null> {
    const [, bucket] = await this.#bucket(number)
    return (Object.hasOwn(bucket, number) && bucket[number]) || null
  }

  async set(number: string, seen: Seen): Promise<void> {
    const [key, bucket] = await this.#bucket(number)
    bucket[number] = seen
    this.#changed.add(key)
  }

  async keep(): Promise<void> {
    for (const key of this.#changed) await this.#ctx.state.set(key, this.#read.get(key))
    this.#changed.clear()
  }
}

async function ask(ctx: Context, method: string, path: string, body?: object): Promise<Row> {
  const answer = await ctx.fetch(`https://${ctx.config.host}${ctx.config.path.replace(/\/$/, '')}${path}`, {
    method,
    headers: {
      accept: 'application/json',
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(ctx.secrets.token ? { authorization: `Bearer ${ctx.secrets.token}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (answer.status >= 300) throw new Error(wordsFor(ctx).answered(`${method} ${path}`, answer.status))
  return answer.body ? JSON.parse(answer.body) : {}
}

const ourPrint = (ctx: Context, member: Row) => fingerprint(ctx.config.fields.map(({ ours }) => text(member[ours])))
const theirPrint = (ctx: Context, row: Row) => fingerprint(ctx.config.fields.map(({ theirs }) => text(row[theirs])))
const theirNumber = (ctx: Context, member: Ours) =>
  member.externalIds.find(({ system }) => system === ctx.config.system)?.value ?? null

/** A member may be deleted between what happened and the run that hears of it: the deletion is told by its own run. */
const unlessGone = (error: { code?: string }): null => {
  if (error.code !== 'NOT_FOUND') throw error
  return null
}

/** @returns false when the other side has it so already: it came from there */
async function push(ctx: Context, member: Ours): Promise<boolean> {
  const memory = new Memory(ctx)
  const number = theirNumber(ctx, member)
  const print = ourPrint(ctx, member)
  if (number !== null && (await memory.get(number))?.[1] === print) return false
  const body: Row = { id: member.id, externalId: number }
  for (const { ours, theirs } of ctx.config.fields) body[theirs] = member[ours] ?? null
  await ask(ctx, 'PUT', `/members/${member.id}`, body)
  if (number !== null) {
    await memory.set(number, [theirPrint(ctx, body), print])
    await memory.keep()
  }
  return true
}

/** What the reading of their records has found that a person must look at. */
interface Trouble {
  conflicts: string[]
  refused: string[]
}

/** One record of theirs beside ours. @returns whether ours was made or changed */
async function take(
  ctx: Context,
  o: { row: Row; number: string; member: Ours | undefined; memory: Memory; trouble: Trouble },
): Promise<boolean> {
  const { row, number, member, memory } = o
  const theirs = theirPrint(ctx, row)
  const patch = Object.fromEntries(ctx.config.fields.map((field) => [field.ours, text(row[field.theirs])]))
  if (!member) {
    const externalIds = [{ system: ctx.config.system, value: number }]
    const made = await ctx.call('members.create', { ...patch, externalIds })
    await memory.set(number, [theirs, ourPrint(ctx, made)])
    return true
  }
  const ours = ourPrint(ctx, member)
  const seen = await memory.get(number)
  if (theirs === seen?.[0]) return false
  if (theirs === ours) {
    await memory.set(number, [theirs, ours])
    return false
  }
  const changedHere = seen === null ? ctx.config.direction === 'both' : seen[1] !== ours
  if (changedHere && ctx.config.onConflict === 'ask') o.trouble.conflicts.push(number)
  if (changedHere && ctx.config.onConflict !== 'theirs') return false
  const now = await ctx.call('members.update', { memberId: member.id, patch })
  await memory.set(number, [theirs, ourPrint(ctx, now)])
  return true
}

/** The members that a page of their records speaks of, by their number. */
async function known(ctx: Context, numbers: readonly string[]): Promise<Map<string, Ours>> {
  if (numbers.length === 0) return new Map()
  const { items } = await ctx.call('members.list', {
    filter: { field: 'externalId', op: 'in', value: [...numbers] },
    limit: 200,
  })
  return new Map(
    (items as unknown as Ours[]).flatMap((member) => {
      const number = theirNumber(ctx, member)
      return number === null ? [] : [[number, member]]
    }),
  )
}

/** A record that the register refuses stands in nobody's way: it is named, and the others are taken. */
async function taken(ctx: Context, o: Parameters<typeof take>[1]): Promise<number> {
  try {
    return (await take(ctx, o)) ? 1 : 0
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code !== 'INVALID' && code !== 'CONFLICT') throw error
    o.trouble.refused.push(`${o.number} (${message.slice(0, 100)})`)
    return 1
  }
}

async function pull(ctx: Context, trouble: Trouble): Promise<{ rows: number; finished: boolean }> {
  const memory = new Memory(ctx)
  let page = ((await ctx.state.get('page')) as number | null) ?? 1
  let [rows, calls] = [0, 0]
  for (let pages = 0; pages < pagesARun && calls < callsBeforeLastPage; pages++) {
    const { items = [], next = null } = (await ask(ctx, 'GET', `/members?page=${page}&limit=${pageSize}`)) as {
      items?: Row[]
      next?: number | null
    }
    if (items.length > pageSize) throw new Error(wordsFor(ctx).tooMany(items.length))
    const numbers = items.flatMap((row) => text(row.id) ?? [])
    const members = await known(ctx, numbers)
    calls++
    for (const row of items) {
      const number = text(row.id)
      if (number === null) trouble.refused.push(wordsFor(ctx).noNumber)
      else calls += await taken(ctx, { row, number, member: members.get(number), memory, trouble })
      rows++
    }
    await memory.keep()
    if (next === null) {
      await ctx.state.delete('page')
      return { rows, finished: true }
    }
    page = next
    await ctx.state.set('page', page)
  }
  return { rows, finished: false }
}

interface Group {
  id: string
  name: string
  parentId: string | null
  externalId: string | null
}

async function ourGroups(ctx: Context): Promise<Group[]> {
  const groups: Group[] = []
  let cursor: string | null = null
  for (let page = 0; page < 5; page++) {
    const answer: { items: readonly Group[]; nextCursor: string | null } = await ctx.call(
      'groups.list',
      cursor === null ? {} : { cursor },
    )
    groups.push(...answer.items)
    cursor = answer.nextCursor
    if (cursor === null) break
  }
  return groups
}

/** Their groups, found again by the number they have there. New ones hang where theirs do; names follow. */
async function pullGroups(ctx: Context): Promise<void> {
  const byNumber = new Map(
    (await ourGroups(ctx)).flatMap((group) => (group.externalId ? [[group.externalId, group]] : [])),
  )
  const { items = [] } = (await ask(ctx, 'GET', '/groups')) as { items?: Row[] }
  for (const row of items.slice(0, 100)) {
    const [number, name] = [text(row.id), text(row.name)]
    if (number === null || name === null) continue
    const there = byNumber.get(number)
    const parentId = byNumber.get(text(row.parentId) ?? '')?.id
    if (!there) {
      const made = await ctx.call('groups.create', { name, externalId: number, ...(parentId ? { parentId } : {}) })
      byNumber.set(number, made)
    } else if (there.name !== name && ctx.config.onConflict !== 'ours')
      await ctx.call('groups.update', { groupId: there.id, change: { name } })
  }
}

/** Nightly: several runs until the other side has been read once. */
async function nightly(ctx: Context, o: { again: boolean }): Promise<{ summary: string }> {
  const { direction, withGroups } = ctx.config
  const { today } = ctx.tenant
  const say = wordsFor(ctx)
  if (direction === 'out') return { summary: say.outOnly }
  if (withGroups && (await ctx.state.get('groupsOn')) !== today) {
    await pullGroups(ctx)
    await ctx.state.set('groupsOn', today)
    return { summary: say.groupsRead }
  }
  if (!o.again && (await ctx.state.get('finishedOn')) === today) return { summary: say.done }
  const trouble: Trouble = { conflicts: [], refused: [] }
  const { rows, finished } = await pull(ctx, trouble)
  if (finished) await ctx.state.set('finishedOn', today)
  const wrong = [
    ...(trouble.conflicts.length > 0 ? [say.conflicts(trouble.conflicts.join(', '))] : []),
    ...(trouble.refused.length > 0 ? [say.refused(trouble.refused.join(', '))] : []),
  ]
  if (wrong.length > 0) throw new Error(wrong.join('. ').slice(0, 900))
  return { summary: finished ? say.read(rows) : `${say.read(rows)}, ${say.more}` }
}

export default defineBot({
  id: 'sync',
  version: '1.1.1',
  title: 'Keep another system in step',
  description: 'Sends members and groups to another system as they change, and reads its own every night.',
  kind: 'event',
  config: {
    schema: {
      type: 'object',
      required: ['host', 'path', 'direction', 'system', 'fields', 'onConflict', 'withGroups'],
      properties: {
        host: { type: 'string', format: 'httpHost', title: 'Server of the other system', maxLength: 253 },
        path: { type: 'string', title: 'Path of its interface', maxLength: 300, default: '/api' },
        token: { type: 'string', format: 'secret', title: 'Token', maxLength: 500 },
        direction: {
          type: 'string',
          title: 'Direction',
          default: 'out',
          oneOf: [
            { const: 'out', title: 'from here to there' },
            { const: 'in', title: 'from there to here' },
            { const: 'both', title: 'both ways' },
          ],
        },
        system: { type: 'string', title: 'Name of the other system', minLength: 1, maxLength: 60, default: 'other' },
        fields: {
          type: 'array',
          title: 'Fields',
          minItems: 1,
          maxItems: 20,
          default: [
            { ours: 'firstName', theirs: 'firstName' },
            { ours: 'lastName', theirs: 'lastName' },
            { ours: 'email', theirs: 'email' },
          ],
          items: {
            type: 'object',
            required: ['ours', 'theirs'],
            properties: {
              ours: {
                type: 'string',
                title: 'Here',
                oneOf: [
                  { const: 'firstName', title: 'First name' },
                  { const: 'lastName', title: 'Last name' },
                  { const: 'email', title: 'E-mail' },
                  { const: 'phone', title: 'Phone' },
                  { const: 'birthday', title: 'Birthday' },
                  { const: 'gender', title: 'Gender' },
                  { const: 'language', title: 'Language' },
                  { const: 'joinedOn', title: 'Joined on' },
                  { const: 'leftOn', title: 'Left on' },
                ],
              },
              theirs: { type: 'string', title: 'There', minLength: 1, maxLength: 60 },
            },
          },
        },
        onConflict: {
          type: 'string',
          title: 'Changed on both sides',
          default: 'ask',
          oneOf: [
            { const: 'ask', title: 'somebody decides' },
            { const: 'theirs', title: 'the other system wins' },
            { const: 'ours', title: 'this register wins' },
          ],
        },
        withGroups: { type: 'boolean', title: 'Groups, too', default: false },
      },
    },
    uiSchema: {
      'ui:order': ['host', 'path', 'token', 'direction', 'system', 'fields', 'onConflict', 'withGroups'],
      host: { 'ui:help': 'The bot may call this server and no other' },
      system: { 'ui:help': 'Numbers of the other system stand at members under this name' },
    },
  },
  triggers: {
    events: ['members.created', 'members.updated', 'members.deleted', 'groups.created', 'groups.updated'],
    cron: { default: '*/10 2-4 * * *' },
    manual: {},
  },
  permissions: {
    actions: [
      'members.get',
      'members.list',
      'members.create',
      'members.update',
      'groups.get',
      'groups.list',
      'groups.create',
      'groups.update',
    ],
  },
  translations: {
    de: {
      'Keep another system in step': 'Mit einem anderen System abgleichen',
      'Sends members and groups to another system as they change, and reads its own every night.':
        'Schickt Mitglieder und Gruppen bei jeder Änderung an ein anderes System und liest nachts die seinen.',
      'Server of the other system': 'Server des anderen Systems',
      'Path of its interface': 'Pfad seiner Schnittstelle',
      Token: 'Token',
      Direction: 'Richtung',
      'from here to there': 'von hier nach dort',
      'from there to here': 'von dort nach hier',
      'both ways': 'in beide Richtungen',
      'Name of the other system': 'Name des anderen Systems',
      'Numbers of the other system stand at members under this name':
        'Die Nummern des anderen Systems stehen unter diesem Namen bei den Mitgliedern',
      Fields: 'Felder',
      Here: 'Hier',
      There: 'Dort',
      'First name': 'Vorname',
      'Last name': 'Nachname',
      'E-mail': 'E-Mail',
      Phone: 'Telefon',
      Birthday: 'Geburtstag',
      Gender: 'Geschlecht',
      Language: 'Sprache',
      'Joined on': 'Eintritt',
      'Left on': 'Austritt',
      'Changed on both sides': 'Auf beiden Seiten geändert',
      'somebody decides': 'jemand entscheidet',
      'the other system wins': 'das andere System gilt',
      'this register wins': 'dieses Verzeichnis gilt',
      'Groups, too': 'Auch Gruppen',
      'The bot may call this server and no other': 'Der Bot darf nur diesen Server aufrufen',
    },
  },
  async run(ctx, event) {
    const say = wordsFor(ctx)
    if (event.trigger !== 'event') return nightly(ctx, { again: event.trigger === 'manual' })
    if (ctx.config.direction === 'in') return { summary: say.inOnly }
    if (event.name === 'groups.created' || event.name === 'groups.updated') {
      if (!ctx.config.withGroups) return { summary: say.noGroups }
      const { id, name, parentId, externalId } = await ctx.call('groups.get', { groupId: event.payload.groupId })
      await ask(ctx, 'PUT', `/groups/${id}`, { id, name, parentId, externalId })
      return { summary: say.group }
    }
    if (event.name === 'members.deleted') {
      await ask(ctx, 'DELETE', `/members/${event.payload.memberId}`)
      return { summary: say.deletion }
    }
    const member = await ctx.call('members.get', { memberId: event.payload.memberId }).catch(unlessGone)
    if (member === null) return { summary: say.gone }
    const sent = await push(ctx, member as unknown as Ours)
    return { summary: sent ? say.member : say.same }
  },
})
