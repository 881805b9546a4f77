import { type Beginning, botModule } from './bot-kinds.ts'
import { pluginNames, type ScaffoldFiles } from './plugin-files.ts'

/** Whatever Node the author has, programs run on the one that Guildhall brings. */
const pinned = 'node node_modules/guildhall/core/cli/run.mjs'

export interface BotNames {
  readonly id: string
  readonly title: string
}
export const botNames = (id: string, title?: string): BotNames => ({ id, title: pluginNames(id, title).title })

/** Lists of one text stand on one line, as the formatter has them. */
const json = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replaceAll(/\[\s+("[^"]*")\s+\]/g, '[$1]')}\n`

/** A bot to begin from, with a passing test, and with what starts it and answers to try it with. */
export const botFiles = (n: BotNames, kind: Beginning, o: { test: string; types: string }): ScaffoldFiles => ({
  'bot.ts': botModule(n, kind),
  'bot.test.ts': kind.test,
  ...(kind.event && { 'event.json': json(kind.event) }),
  'config.json': json(kind.config),
  'fixtures.json': json({ actions: kind.answers }),
  'README.md': `# ${n.title}

${kind.does} A bot to begin from.

| file | what it holds |
|---|---|
| \`bot.ts\` | the bot: what it asks for, its form, what it does |
| \`bot.test.ts\` | its tests; the platform is played by \`@guildhall/sdk/testing\` |
| ${kind.event ? '`event.json`, ' : ''}\`config.json\`, \`fixtures.json\` | what \`guildhall bot test\` starts it with, and what actions answer |

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
