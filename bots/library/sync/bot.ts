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
type Actions = 'members.get' | 'members.list' | 'members.create' | 'members.update' | 'groups.get' | 'groups.list'
type Context = BotContext<Config, Actions>
type Row = Record<string, unknown>
interface Ours extends Row {
  id: string
  externalIds: readonly { system: string; value: string }[]
}

const pageSize = 20
/** Calls are counted: a run stops in time and the next one goes on. */
const rowsARun = 40

const text = (value: unknown): string | null => {
  if (value === null || value === undefined || value === '') return null
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

/** A short fingerprint of what a record says, to see on which side it changed. */
function fingerprint(values: readonly (string | null)[]): string {
  let [a, b] = [0x811c9dc5, 0x1000193]
  for (const character of JSON.stringify(values)) {
    a = Math.imul(a ^ character.charCodeAt(0), 0x01000193) >>> 0
    b = Math.imul(b + character.charCodeAt(0), 0x85ebca6b) >>> 0
  }
  return a.toString(36) + b.toString(36)
}

const ourValues = (ctx: Context, member: Row) => ctx.config.fields.map(({ ours }) => text(member[ours]))
const theirValues = (ctx: Context, row: Row) => ctx.config.fields.map(({ theirs }) => text(row[theirs]))
const theirNumber = (ctx: Context, member: Ours) =>
  member.externalIds.find(({ system }) => system === ctx.config.system)?.value

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
  if (answer.status >= 300) throw new Error(`${method} ${path} was answered with ${answer.status}`)
  return answer.body ? JSON.parse(answer.body) : {}
}

async function push(ctx: Context, member: Ours): Promise<void> {
  const body: Row = { id: member.id, externalId: theirNumber(ctx, member) ?? null }
  for (const { ours, theirs } of ctx.config.fields) body[theirs] = member[ours] ?? null
  await ask(ctx, 'PUT', `/members/${member.id}`, body)
  const number = theirNumber(ctx, member)
  if (number) await ctx.state.set(`seen:${number}`, fingerprint(ourValues(ctx, member)))
}

/** One row of theirs. @returns the number of a record that both sides changed, when a person is to decide */
async function take(ctx: Context, row: Row): Promise<string | null> {
  const number = text(row.id)
  if (number === null) throw new Error('A record without an "id" cannot be kept in step')
  const values = theirValues(ctx, row)
  const found = await ctx.call('members.list', { filter: { field: 'externalId', op: 'has', value: number }, limit: 1 })
  const member = found.items[0] as Ours | undefined
  const patch = Object.fromEntries(ctx.config.fields.map(({ ours }, i) => [ours, values[i] ?? null]))
  if (!member) {
    await ctx.call('members.create', { ...patch, externalIds: [{ system: ctx.config.system, value: number }] })
  } else {
    const [seen, theirs, ours] = [
      await ctx.state.get(`seen:${number}`),
      fingerprint(values),
      fingerprint(ourValues(ctx, member)),
    ]
    if (theirs === ours || theirs === seen) return null
    const both = seen !== null && seen !== ours
    if (both && ctx.config.onConflict === 'ask') return number
    if (both && ctx.config.onConflict === 'ours') return null
    await ctx.call('members.update', { memberId: member.id, patch })
  }
  await ctx.state.set(`seen:${number}`, fingerprint(values))
  return null
}

async function pull(ctx: Context): Promise<{ rows: number; conflicts: string[]; finished: boolean }> {
  const conflicts: string[] = []
  let page = ((await ctx.state.get('page')) as number | null) ?? 1
  let rows = 0
  while (rows < rowsARun) {
    const { items = [], next = null } = (await ask(ctx, 'GET', `/members?page=${page}&limit=${pageSize}`)) as {
      items?: Row[]
      next?: number | null
    }
    for (const row of items) {
      const conflict = await take(ctx, row)
      if (conflict) conflicts.push(conflict)
      rows++
    }
    if (next === null) {
      await ctx.state.delete('page')
      return { rows, conflicts, finished: true }
    }
    page = next
  }
  await ctx.state.set('page', page)
  return { rows, conflicts, finished: false }
}

async function pushGroups(ctx: Context): Promise<void> {
  const { items } = await ctx.call('groups.list', {})
  for (const { id, name, parentId, externalId } of items.slice(0, 10))
    await ask(ctx, 'PUT', `/groups/${id}`, { id, name, parentId, externalId })
}

/** Nightly: several short runs until the other side has been read once. */
async function nightly(ctx: Context): Promise<{ summary: string }> {
  const { direction, withGroups } = ctx.config
  if ((await ctx.state.get('finishedOn')) === ctx.tenant.today) return { summary: 'Done for today' }
  if (withGroups && direction !== 'in') await pushGroups(ctx)
  if (direction === 'out') {
    await ctx.state.set('finishedOn', ctx.tenant.today)
    return { summary: 'Nothing to read: changes are sent as they happen' }
  }
  const { rows, conflicts, finished } = await pull(ctx)
  if (finished) await ctx.state.set('finishedOn', ctx.tenant.today)
  if (conflicts.length > 0) throw new Error(`Changed on both sides, decide for each: ${conflicts.join(', ')}`)
  return { summary: `${rows} records read${finished ? '' : ', more to come'}` }
}

export default defineBot({
  id: 'sync',
  version: '1.0.0',
  title: 'Keep another system in step',
  description: 'Sends members and groups to another system as they change, and reads its members every night.',
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
                enum: [
                  'firstName',
                  'lastName',
                  'email',
                  'phone',
                  'birthday',
                  'gender',
                  'language',
                  'joinedOn',
                  'leftOn',
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
    },
  },
  triggers: {
    events: ['members.created', 'members.updated', 'members.deleted', 'groups.created', 'groups.updated'],
    cron: { default: '*/10 2-4 * * *' },
    manual: {},
  },
  permissions: {
    actions: ['members.get', 'members.list', 'members.create', 'members.update', 'groups.get', 'groups.list'],
  },
  limits: { actions: 200, fetches: 20 },
  translations: {
    de: {
      'Keep another system in step': 'Mit einem anderen System abgleichen',
      'Sends members and groups to another system as they change, and reads its members every night.':
        'Schickt Mitglieder und Gruppen bei jeder Änderung an ein anderes System und liest nachts dessen Mitglieder.',
      'Server of the other system': 'Server des anderen Systems',
      'Path of its interface': 'Pfad seiner Schnittstelle',
      Token: 'Token',
      Direction: 'Richtung',
      'from here to there': 'von hier nach dort',
      'from there to here': 'von dort nach hier',
      'both ways': 'in beide Richtungen',
      'Name of the other system': 'Name des anderen Systems',
      Fields: 'Felder',
      Here: 'Hier',
      There: 'Dort',
      'Changed on both sides': 'Auf beiden Seiten geändert',
      'somebody decides': 'jemand entscheidet',
      'the other system wins': 'das andere System gilt',
      'this register wins': 'dieses Verzeichnis gilt',
      'Groups, too': 'Auch Gruppen',
      'The bot may call this server and no other': 'Der Bot darf nur diesen Server aufrufen',
    },
  },
  async run(ctx, event) {
    if (event.trigger !== 'event') return nightly(ctx)
    if (ctx.config.direction === 'in') return { summary: 'Nothing is sent in this direction' }
    if (event.name === 'groups.created' || event.name === 'groups.updated') {
      if (!ctx.config.withGroups) return { summary: 'Groups are left out' }
      const { id, name, parentId, externalId } = await ctx.call('groups.get', { groupId: event.payload.groupId })
      await ask(ctx, 'PUT', `/groups/${id}`, { id, name, parentId, externalId })
      return { summary: 'A group was sent' }
    }
    if (event.name === 'members.deleted') {
      await ask(ctx, 'DELETE', `/members/${event.payload.memberId}`)
      return { summary: 'A deletion was sent' }
    }
    await push(ctx, (await ctx.call('members.get', { memberId: event.payload.memberId })) as unknown as Ours)
    return { summary: 'A member was sent' }
  },
})
