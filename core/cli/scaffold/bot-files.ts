import { pluginNames, type ScaffoldFiles } from './plugin-files.ts'

/** Whatever Node the author has, programs run on the one that Guildhall brings. */
const pinned = 'node node_modules/guildhall/core/cli/run.mjs'

export interface BotNames {
  readonly id: string
  readonly title: string
}
export const botNames = (id: string, title?: string): BotNames => ({ id, title: pluginNames(id, title).title })

const member = '01890a5d-ac96-774b-8000-000000000001'
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** A bot that greets new members, with a passing test, and an event and answers to try it with. */
export const botFiles = (n: BotNames, o: { test: string; types: string }): ScaffoldFiles => ({
  'bot.ts': `import { defineBot } from '@guildhall/sdk'

export default defineBot({
  id: '${n.id}',
  version: '0.1.0',
  title: '${n.title}',
  description: 'Gives new members a tag, so that somebody greets them.',
  config: {
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
  translations: {
    de: {
      '${n.title}': '${n.title}',
      Tag: 'Schlagwort',
      'New members get it; take it off once you have greeted them':
        'Neue Mitglieder erhalten es; nehmen Sie es weg, wenn Sie sie begrüßt haben',
    },
  },
  async run(ctx, event) {
    if (event.trigger !== 'event') return
    const member = await ctx.call('members.get', { memberId: event.payload.memberId })
    if (member.tags.includes(ctx.config.tag)) return { summary: 'tagged already' }
    await ctx.call('members.addTag', { memberId: member.id, tag: ctx.config.tag })
    ctx.log('tagged', { memberId: member.id })
    return { summary: 'tagged' }
  },
})
`,
  'bot.test.ts': `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMember, anId, runBot } from '@guildhall/sdk/testing'
import bot from './bot.ts'

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
  'event.json': `{
  "trigger": "event",
  "name": "members.created",
  "payload": { "memberId": "${member}", "sendWelcome": false }
}
`,
  'config.json': `{ "tag": "to greet" }
`,
  'fixtures.json': `{
  "actions": {
    "members.get": { "id": "${member}", "displayName": "Maria Velázquez", "tags": [] },
    "members.addTag": { "id": "${member}", "tags": ["to greet"] }
  }
}
`,
  'README.md': `# ${n.title}

Gives new members a tag, so that somebody greets them: a bot to begin from.

| file | what it holds |
|---|---|
| \`bot.ts\` | the bot: what it asks for, its form, what it does |
| \`bot.test.ts\` | its tests; the platform is played by \`@guildhall/sdk/testing\` |
| \`event.json\`, \`config.json\`, \`fixtures.json\` | what \`guildhall bot test\` starts it with, and what actions answer |

| | |
|---|---|
| its tests | \`${o.test}\` |
| in the sandbox, with its limits | \`guildhall bot test <this folder>\` |
| publish it | \`guildhall bot publish <this folder>/bot.ts --org <slug>\` |
| types of actions and events | ${o.types} |

All of it: docs/bots/first-bot.md and docs/bots/writing.md of Guildhall.
`,
})

/** What a bot outside the project has beside it. */
export const botPackageFiles = (
  n: BotNames,
  o: { sdk: string; house: string; typebox: string; types: string },
): ScaffoldFiles => ({
  'package.json': json({
    name: `guildhall-bot-${n.id}`,
    version: '0.1.0',
    private: true,
    description: `${n.title}, a bot for Guildhall`,
    type: 'module',
    scripts: { test: `${pinned} bot.test.ts`, typecheck: 'tsc -p .' },
    devDependencies: {
      '@guildhall/sdk': o.sdk,
      guildhall: o.house,
      '@types/node': '24.13.6',
      typebox: o.typebox,
      typescript: '5.9.3',
    },
  }),
  'tsconfig.json': json({
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024'],
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    },
    include: ['*.ts'],
  }),
  'guildhall.d.ts': `${o.types}\n`,
  '.gitignore': 'node_modules\n',
})
