import { publishable, readSource } from '@guildhall/sdk/bot-source'
import t from 'tap'

const head = `import { defineBot } from '@guildhall/sdk'\n`
const bot = `export default defineBot({ id: 'a', run() {} })\n`
const lines = async (source: string) => {
  const result = await publishable(source, { types: true })
  return 'problems' in result ? result.problems.map(({ line, code }) => `${line} ${code}`) : 'published'
}

t.test('a bot in TypeScript becomes JavaScript with the same lines', async (t) => {
  const source = `import { type BotContext, defineBot } from '@guildhall/sdk'
interface Step { days: number }
const half = (n: number): number => n / 2 // import('fs'), await
const text = "import('fs')" + \`require('x') \${half(4) / 2} await\` + 'größe'
const found = /import\\(["'\`/]/.test(text) ? /[/"]/ : text.length / 2 / 1
/* export default 1
   await import('fs') */
const later = async (s: Step) => await Promise.resolve(s)
const name = { import: 1, await: 2, require: 3 }.import
class Counter { #n = 0; async next() { return (await later({ days: this.#n++ })).days } }
export default defineBot({
  id: 'a', async run() { if (found) { for (const x of [1]) await later({ days: x }) } ; await new Counter().next(); return { summary: name + '' } },
})
`
  const result = await publishable(source, { types: true })
  if ('problems' in result) return t.fail(JSON.stringify(result.problems))
  t.equal(result.code.split('\n').length, source.split('\n').length)
  t.notMatch(result.code, /interface|: number/)
  t.equal(await lines(`${head}${bot}`), 'published')
  t.equal(await lines(`${head}const b = defineBot({}); export { b as default }`), 'published', 'as bundlers write it')
})

const refused: readonly (readonly [name: string, source: string, expected: readonly string[]])[] = [
  ['that is too large', `${head}${bot}//${'x'.repeat(300_000)}`, ['null size']],
  ['that does not compile', `${head}const = 1\n${bot}`, ['2 syntax']],
  ['with an enum, which is no JavaScript with types', `${head}${bot}enum A { B }`, ['3 syntax']],
  ['that imports Node', `${head}import fs from 'node:fs'\n${bot}`, ['2 import']],
  ['that imports for the effect', `import './other.js'\n${head}${bot}`, ['1 import']],
  ['that passes on from elsewhere', `${head}export * from './x.js'\n${bot}`, ['2 import']],
  [
    'that imports what the sandbox has not',
    `import { defineBot, Problem } from '@guildhall/sdk'\n${bot}`,
    ['1 import'],
  ],
  ['that imports the whole SDK', `import * as sdk from '@guildhall/sdk'\n${bot}`, ['1 import']],
  ['with import()', `${head}const f = () => import('fs')\n${bot}`, ['2 import']],
  ['with import() behind a comment', `${head}const f = () => import /* \n */ ('fs')\n${bot}`, ['2 import']],
  ['with import() in a template of one level', `${head}const f = () => \`a \${import('fs')} b\`\n${bot}`, ['2 import']],
  ['with import() in a template', `${head}const f = () => \`\${\`\${import('fs')}\`}\`\n${bot}`, ['2 import']],
  ['with import() behind what looks like a comment', `${head}const a = 4 / 2; import('x') // /\n${bot}`, ['2 import']],
  [
    'with import() behind a regular expression',
    `${head}if (1) /"/.test(''); import('x'); "\n"`.replace('"\n"', bot),
    ['2 import'],
  ],
  [
    'with import() behind a regular expression that follows a block',
    `${head}function f() {} /[/'"]/.test(''); const g = () => import('fs') // '\n${bot}`,
    ['2 import'],
  ],
  ['with import() behind a class', `${head}class A {} /"/; const g = () => import('x') // "\n${bot}`, ['2 import']],
  ['with import() behind a label', `${head}a: {} /\`/; const g = () => import('x') // \`\n${bot}`, ['2 import']],
  ['with import() in a field of a class', `${head}class A { static { import('x') } }\n${bot}`, ['2 import']],
  ['with import() as a tag', `${head}const f = () => (0, import('x'))\`\`\n${bot}`, ['2 import']],
  ['with an import whose name is escaped', `${head}const f = () => im\\u0070ort('fs')\n${bot}`, ['2 syntax']],
  ['with import() behind three dots', `${head}const f = () => [...import('fs')]\n${bot}`, ['2 import']],
  ['with import.meta', `${head}const u = import.meta.url\n${bot}`, ['2 import']],
  ['with require', `${head}const fs = require('fs')\n${bot}`, ['2 import']],
  ['with an await of the module', `${head}await Promise.resolve()\n${bot}`, ['2 await']],
  ['with an await in a block of the module', `${head}if (true) { for await (const x of []) {} }\n${bot}`, ['2 await']],
  ['without a bot', `${head}const b = defineBot({})`, ['null export']],
  ['with two bots', `${head}${bot}const b = 1\nexport { b as default }`, ['4 export']],
  ['that reads backwards', `${head}// \u202E evil\n${bot}`, ['2 character']],
  ['with a space nobody sees', `${head}const a\u200B = 1\n${bot}`, ['2 character']],
  ['with a Cyrillic letter in a name', `${head}const p\u0430yee = 1\n${bot}`, ['2 name']],
  ['with an escaped name', `${head}const \\u0061b = 1\n${bot}`, ['2 name']],
]
for (const [name, source, expected] of refused)
  t.test(`a source ${name} is refused with its line`, async (t) => t.same(await lines(source), expected))

t.test('a source that breaks the parser is refused, and the next author does not notice', async (t) => {
  t.match(await lines(`${'('.repeat(120_000)}\n`), ['null syntax'])
  t.match(await lines(`x=1${'**1'.repeat(60_000)}\n`), ['null syntax'])
  t.equal(await lines(`${head}const a: number = 1\n${bot}`), 'published')
})

t.test('what is wrong with a definition is told with its line, wherever it was written', async (t) => {
  const sandbox = {
    inspect: async () => ({
      manifest: {
        id: 'late-books',
        version: '1',
        description: 'x',
        config: { schema: { type: 'object', properties: { a: { type: 'string', pattern: 'x' } }, minProperties: 1 } },
        triggers: { cron: { default: '0 0 31 2 *' }, events: ['books.returned', 'returned'] },
        permissions: { actions: [], hosts: ['127.0.0.1'] },
      },
    }),
  }
  const source = `import { defineBot } from '@guildhall/sdk'
const field = {
  type: 'string',
  pattern: 'x',
} as const
const events = [
  'books.returned', 'returned',
] as const
const more = { minProperties: 1 }
const bot = defineBot({
  id: 'late-books',
  'version': '1',
  config: {
    schema: { type: 'object', properties: { a: field },
      ...more },
  },
  triggers: { events,
    cron: { default: '0 0 31 2 *' } },
  permissions: { actions: [], hosts: process.hosts },
  run() {},
})
export { bot as default }`
  const read = await readSource(sandbox, source, { types: true })
  if (!('problems' in read)) return t.fail('it was taken')
  t.same(
    read.problems.map(({ line, pointer }) => `${line} ${pointer}`).toSorted(),
    [
      '10 /manifest/title',
      '12 /manifest/version',
      '18 /manifest/triggers/cron/default',
      '19 /manifest/permissions/hosts/0',
      '4 /manifest/config/schema/properties/a/pattern',
      '7 /manifest/triggers/events/1',
      '9 /manifest/config/schema/minProperties',
    ].toSorted(),
  )
  t.match(
    read.problems.find(({ pointer }) => pointer.endsWith('/default'))?.message,
    'Line 18: Write a day that comes: none of its months has a day 31',
  )
})

t.test('a source that is too large says how large it is, and what is allowed', async (t) => {
  const result = await publishable(`${head}${bot}//${'ü'.repeat(150_000)}`, { types: true })
  t.match(result, { problems: [{ pointer: '/source', message: /at most 256 KB, and this one has 294 KB/ }] })
})

t.test('a module that is long in every way is read all the same', async (t) => {
  const rows = Array.from({ length: 3000 }, (_, i) => `{ n: ${i}, t: 'text ${i}' }`)
  const many = Array.from({ length: 3000 }, (_, i) => `let name${i} = ${i}`)
  t.equal(await lines(`${head}const rows = [${rows.join()}]\n${many.join('\n')}\n${bot}`), 'published')
  const far = `${head}const far = (x) => x${'.y'.repeat(60_000)}\n${bot}`
  t.ok('code' in (await publishable(far, { types: false })), 'a chain of members')
})

t.test('a definition that is put into itself keeps nobody busy', async (t) => {
  const own = `${head}const own = { id: 'a', ...own, a: own, b: own, ...own }\nexport default defineBot(own)\n`
  t.equal(await lines(own), 'published')
})
