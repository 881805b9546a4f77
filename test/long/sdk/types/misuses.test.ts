import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t from 'tap'

const project = resolve(import.meta.dirname, '../../../..')

interface Misuse {
  readonly name: string
  readonly instead: string
  readonly of: string
}

const misusesOfPlugins: readonly Misuse[] = [
  {
    name: "another plugin's permission in a route",
    of: "requires: 'tools.write'",
    instead: "requires: 'members.read'",
  },
  { name: "a permission outside the plugin's id", of: "'tools.write': {", instead: "'members.write': {" },
  { name: 'a field the body does not have', of: 'body.name', instead: 'body.title' },
  { name: 'an action nobody declared', of: "id: 'tools.count'", instead: "id: 'tools.sum'" },
  { name: "a field the action's input does not have", of: 'input.place', instead: 'input.plaice' },
  { name: 'an answer of the action that its output does not allow', of: '{ tools: input', instead: '{ tool: input' },
  { name: 'a payload the event does not have', of: '{ toolId: ctx', instead: '{ tool: ctx' },
  { name: 'a service the plugin does not use', of: 'ctx.use.register', instead: 'ctx.use.members' },
  { name: 'a setting the configuration does not have', of: 'ctx.config.place', instead: 'ctx.config.plaice' },
  { name: 'a hint for a field the configuration does not have', of: 'ui: { place:', instead: 'ui: { plaice:' },
  { name: "asking for another plugin's permission", of: "require('tools.write')", instead: "require('members.write')" },
  { name: 'a route without access', of: "access: { requires: 'tools.write' },", instead: '' },
  { name: 'a permission that does not say whether it writes', of: 'writes: true', instead: '' },
]
const misusesOfBots: readonly Misuse[] = [
  { name: 'an action the bot did not ask for', of: "ctx.call('books.get'", instead: "ctx.call('books.burn'" },
  { name: 'asking for an action that is none', of: "actions: ['books.get']", instead: "actions: ['books.read']" },
  { name: 'a wrong input of an action', of: '{ bookId: event', instead: '{ book: event' },
  { name: 'a field that the answer of an action does not have', of: '{ title }', instead: '{ titel }' },
  { name: 'a setting the form does not have', of: 'ctx.config.days', instead: 'ctx.config.weeks' },
  { name: 'a setting taken for another type', of: 'const days: number', instead: 'const days: string' },
  { name: 'a choice the form does not offer', of: "'kind' | 'firm' = ", instead: "'kind' = " },
  { name: 'a field of one case taken for granted', of: 'hours: number | undefined', instead: 'hours: number' },
  { name: 'an optional setting taken for granted', of: 'ctx.config.words ?? []', instead: 'ctx.config.words' },
  { name: 'an optional secret taken for granted', of: "ctx.secrets['shelf.key']", instead: 'ctx.secrets.token' },
  { name: 'a secret the form does not have', of: "ctx.secrets['shelf.key']", instead: 'ctx.secrets.key' },
  { name: 'a field a part of the form does not have', of: 'address?.street', instead: 'address?.town' },
  { name: 'an event that is none', of: "events: ['books.returned']", instead: "events: ['books.eaten']" },
  { name: "another event's payload", of: "events: ['books.returned']", instead: "events: ['books.lent']" },
  { name: 'a start the bot does not declare', of: "trigger === 'manual'", instead: "trigger === 'webhook'" },
  { name: 'a field the input does not have', of: 'event.input.book', instead: 'event.input.title' },
  { name: 'a bot without permissions', of: "permissions: { actions: ['books.get'] },", instead: '' },
  { name: 'a limit that is none', of: "version: '1.0.0',", instead: "version: '1.0.0', limits: { ramMb: 1 }," },
]

t.setTimeout(120_000)

t.test('what the SDK forbids does not compile, and what it allows does', async (t) => {
  const place = await mkdtemp(join(tmpdir(), 'guildhall-types-'))
  t.teardown(() => rm(place, { recursive: true, force: true }))
  await symlink(join(project, 'node_modules'), join(place, 'node_modules'), 'junction')
  await writeFile(join(place, 'package.json'), '{ "type": "module" }')
  const misuses = [
    ['correct.ts', misusesOfPlugins],
    ['correct-bot.ts', misusesOfBots],
  ] as const
  const written: { file: string; name: string }[] = []
  for (const [file, wrongs] of misuses) {
    const correct = await readFile(join(import.meta.dirname, file), 'utf8')
    await writeFile(join(place, file), correct)
    for (const { name, of, instead } of wrongs) {
      t.equal(correct.split(of).length, 2, `${of} stands once in ${file}`)
      written.push({ file: `misuse-${written.length}.ts`, name })
      await writeFile(join(place, `misuse-${written.length - 1}.ts`), correct.replace(of, instead))
    }
  }
  const compilerOptions = { extends: join(project, 'tsconfig.json'), include: ['*.ts'], exclude: ['node_modules'] }
  await writeFile(join(place, 'tsconfig.json'), JSON.stringify(compilerOptions))
  const compiler = join(project, 'node_modules/ts7/lib/tsc.js')
  const { stdout } = await new Promise<{ stdout: string }>((done, fail) => {
    execFile(process.execPath, [compiler, '-p', place, '--pretty', 'false'], { cwd: place }, (error, stdout) =>
      error && stdout === '' ? fail(error) : done({ stdout }),
    )
  })
  const wrong = new Set([...stdout.matchAll(/^(\S+)\(\d+,\d+\): error TS/gm)].map(([, file]) => file))
  t.same(
    [...wrong].filter((file) => !file?.startsWith('misuse-')),
    [],
    `only misuses are refused:\n${stdout}`,
  )
  for (const { file, name } of written) t.ok(wrong.has(file), `${name} does not compile`)
})
