import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t from 'tap'

const project = resolve(import.meta.dirname, '../../..')

interface Misuse {
  readonly name: string
  readonly instead: string
  readonly of: string
}

const misuses: readonly Misuse[] = [
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

t.setTimeout(120_000)

t.test('what the SDK forbids does not compile, and what it allows does', async (t) => {
  const place = await mkdtemp(join(tmpdir(), 'guildhall-types-'))
  t.teardown(() => rm(place, { recursive: true, force: true }))
  await symlink(join(project, 'node_modules'), join(place, 'node_modules'), 'junction')
  const correct = await readFile(join(import.meta.dirname, 'correct.ts'), 'utf8')
  await writeFile(join(place, 'package.json'), '{ "type": "module" }')
  await writeFile(join(place, 'correct.ts'), correct)
  for (const [i, { of, instead }] of misuses.entries()) {
    t.equal(correct.split(of).length, 2, `${of} stands once in correct.ts`)
    await writeFile(join(place, `misuse-${i}.ts`), correct.replace(of, instead))
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
  for (const [i, { name }] of misuses.entries()) t.ok(wrong.has(`misuse-${i}.ts`), `${name} does not compile`)
})
