/** What a new bot begins as, by what starts it. Each compiles, passes its test, and runs in the sandbox as it stands. */

export interface Beginning {
  /** A sentence for administrators. */
  readonly does: string
  /** Members of the definition from `kind` on, and `run`. */
  readonly definition: string
  readonly german: Readonly<Record<string, string>>
  readonly run: string
  readonly test: string
  /** What `bot test` starts it with; null: times do. */
  readonly event: object | null
  readonly config: object
  /** What actions answer in `bot test`. */
  readonly answers: object
}

const member = '01890a5d-ac96-774b-8000-000000000001'
const testHead = (uses: string) => `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ${uses} } from '@guildhall/sdk/testing'
import bot from './bot.ts'
`

const event: Beginning = {
  does: 'Gives new members a tag, so that somebody greets them.',
  definition: `  config: {
    schema: {
      type: 'object',
      required: ['tag'],
      properties: {
        tag: { type: 'string', title: 'Tag', maxLength: 60, default: 'to greet' },
      },
    },
    uiSchema: { tag: { 'ui:help': 'New members get it; take it off once you have greeted them' } },
  },
  triggers: { events: ['members.created'] },
  permissions: { actions: ['members.get', 'members.addTag'] },
`,
  german: {
    Tag: 'Schlagwort',
    'New members get it; take it off once you have greeted them':
      'Neue Mitglieder erhalten es; nehmen Sie es weg, wenn Sie sie begrüßt haben',
  },
  run: `    const member = await ctx.call('members.get', { memberId: event.payload.memberId })
    if (member.tags.includes(ctx.config.tag)) return { summary: 'tagged already' }
    await ctx.call('members.addTag', { memberId: member.id, tag: ctx.config.tag })
    ctx.log('tagged', { memberId: member.id })
    return { summary: 'tagged' }
`,
  test: `${testHead('aMember, anId, runBot')}
const joined = {
  trigger: 'event',
  name: 'members.created',
  payload: { memberId: anId(1), sendWelcome: false },
} as const

test('a new member gets the tag', async () => {
  const run = await runBot(bot, {
    event: joined,
    config: { tag: 'newcomer' },
    actions: { 'members.get': aMember({ tags: [] }), 'members.addTag': aMember({ tags: ['newcomer'] }) },
  })
  assert.equal(run.summary, 'tagged')
  assert.deepEqual(run.calls[1]?.input, { memberId: anId(1), tag: 'newcomer' })
})

test('who has the tag already is left alone', async () => {
  const run = await runBot(bot, { event: joined, actions: { 'members.get': aMember({ tags: ['to greet'] }) } })
  assert.equal(run.summary, 'tagged already')
  assert.equal(run.calls.length, 1)
})
`,
  event: { trigger: 'event', name: 'members.created', payload: { memberId: member, sendWelcome: false } },
  config: { tag: 'to greet' },
  answers: {
    'members.get': { id: member, displayName: 'Maria Velázquez', tags: [] },
    'members.addTag': { id: member, tags: ['to greet'] },
  },
}

const cron: Beginning = {
  does: 'Tells each Monday how many members have no e-mail address.',
  definition: `  config: {
    schema: {
      type: 'object',
      required: ['role'],
      properties: {
        role: { type: 'string', format: 'role', title: 'Who is told', default: 'makerspace_admin' },
      },
    },
  },
  triggers: { cron: { default: '0 7 * * 1' } },
  permissions: { actions: ['members.list', 'notifications.send'] },
`,
  german: { 'Who is told': 'Wer es erfährt' },
  run: `    let missing = 0
    let cursor: string | undefined
    do {
      const page = await ctx.call('members.list', {
        filter: { field: 'email', op: 'isNull', value: true },
        limit: 200,
        ...(cursor && { cursor }),
      })
      missing += page.items.length
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    if (missing === 0) return { summary: 'everybody has an address' }
    const { told } = await ctx.call('notifications.send', {
      roles: [ctx.config.role],
      kind: 'members.no-address',
      title: \`\${missing} members have no e-mail address\`,
      key: ctx.tenant.today,
    })
    return { summary: \`\${missing} without an address, told \${told}\` }
`,
  test: `${testHead('aMember, runBot')}
const nobody = { items: [], nextCursor: null }

test('on Monday morning the board is told', async () => {
  const run = await runBot(bot, {
    now: '2026-01-19T06:00:00Z',
    actions: {
      'members.list': { items: [aMember({ email: null })], nextCursor: null },
      'notifications.send': { told: 2 },
    },
  })
  assert.equal(run.summary, '1 without an address, told 2')
  assert.match(JSON.stringify(run.calls[1]?.input), /"key":"2026-01-19"/)
})

test('nobody is told of nothing', async () => {
  const run = await runBot(bot, { actions: { 'members.list': nobody } })
  assert.equal(run.summary, 'everybody has an address')
})
`,
  event: null,
  config: { role: 'makerspace_admin' },
  answers: {
    'members.list': { items: [{ id: member, email: null }], nextCursor: null },
    'notifications.send': { told: 1 },
  },
}

const action: Beginning = {
  does: 'Puts a member into a group, by a button on the member.',
  definition: `  kind: 'action',
  config: {
    schema: {
      type: 'object',
      required: ['group'],
      properties: {
        group: { type: 'string', format: 'group', title: 'Group' },
      },
    },
  },
  triggers: { action: { target: 'member' } },
  permissions: { actions: ['groups.addMember'] },
`,
  german: { Group: 'Gruppe' },
  run: `    const seat = await ctx.call('groups.addMember', { groupId: ctx.config.group, memberId: event.target.id })
    ctx.log('seat given', { memberId: seat.memberId, groupId: seat.groupId })
    return { summary: 'in the group' }
`,
  test: `${testHead('anId, aSeat, runBot')}
test('whose button is pressed is put into the group', async () => {
  const run = await runBot(bot, {
    event: { trigger: 'action', target: { type: 'member', id: anId(1) } },
    config: { group: anId(2) },
    actions: { 'groups.addMember': aSeat() },
  })
  assert.equal(run.summary, 'in the group')
  assert.deepEqual(run.calls[0]?.input, { groupId: anId(2), memberId: anId(1) })
})
`,
  event: { trigger: 'action', target: { type: 'member', id: member } },
  config: { group: '01890a5d-ac96-774b-8000-000000000002' },
  answers: { 'groups.addMember': { memberId: member, groupId: '01890a5d-ac96-774b-8000-000000000002' } },
}

const webhook: Beginning = {
  does: "Writes visits that a door reports into the members' activity.",
  definition: `  config: { schema: { type: 'object' } },
  triggers: { webhook: true },
  permissions: { actions: ['members.logActivity'] },
`,
  german: {},
  run: `    // Whoever calls knows the secret; what he sends may still be anything.
    const { memberId } = (event.body ?? {}) as { memberId?: unknown }
    if (typeof memberId !== 'string') return { summary: 'the call names no member' }
    await ctx.call('members.logActivity', { memberId, kind: 'visit' })
    return { summary: 'noted' }
`,
  test: `${testHead('anId, runBot')}
test('a call that names a member is noted', async () => {
  const run = await runBot(bot, {
    event: { trigger: 'webhook', body: { memberId: anId(1) } },
    actions: { 'members.logActivity': {} },
  })
  assert.equal(run.summary, 'noted')
  assert.deepEqual(run.calls[0]?.input, { memberId: anId(1), kind: 'visit' })
})

test('any other call changes nothing', async () => {
  const run = await runBot(bot, { event: { trigger: 'webhook', body: 'hello' } })
  assert.equal(run.summary, 'the call names no member')
})
`,
  event: { trigger: 'webhook', body: { memberId: member } },
  config: {},
  answers: { 'members.logActivity': {} },
}

export const beginnings = { event, cron, action, webhook }
export const isBeginning = (kind: string): kind is keyof typeof beginnings => Object.hasOwn(beginnings, kind)

const quoted = (text: string): string => (text.includes("'") ? JSON.stringify(text) : `'${text}'`)
const named = (text: string): string => (/^[A-Za-z]+$/.test(text) ? text : quoted(text))

export function botModule(n: { readonly id: string; readonly title: string }, kind: Beginning): string {
  const german = Object.entries({ [n.title]: n.title, ...kind.german }).map(([text, said]) => {
    const line = `      ${named(text)}: ${quoted(said)},`
    return line.length <= 120 ? line : `      ${named(text)}:\n        ${quoted(said)},`
  })
  return `import { defineBot } from '@guildhall/sdk'

export default defineBot({
  id: '${n.id}',
  version: '0.1.0',
  title: ${quoted(n.title)},
  description: ${quoted(kind.does)},
${kind.definition}  translations: {
    de: {
${german.join('\n')}
    },
  },
  async run(${kind.run.includes('event.') ? 'ctx, event' : 'ctx'}) {
${kind.run}  },
})
`
}
