import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Problem } from '@guildhall/sdk'
import t from 'tap'
import { registryTypes } from '#core/cli/typing/registry-types.ts'
import { readBot } from '#plugins/bots/definitions/read-bot.ts'
import { createSandbox } from '../../../bots/engine/index.ts'
import { files, project, read } from '../../support/source-tree.ts'
import { here, surroundings } from './surroundings.ts'

t.setTimeout(120_000)

const pages = files('README.md', 'docs/**/*.md', 'sdk/README.md', 'plugins/*/README.md', 'bots/library/*/README.md')
const blocks = pages.flatMap((page) =>
  [...read(page).matchAll(/^```ts(?: (\w+))?\n([\s\S]*?)^```$/gm)]
    .filter(([, word]) => word !== 'sketch')
    .map(([block, word = '', text = '']) => {
      const around = word === '' ? here : (surroundings[word] ?? '')
      const above = read(page).slice(0, read(page).indexOf(block)).split('\n').length
      const before = around.slice(0, around.indexOf(here)).split('\n').length - 1
      return { page, word, module: around.replace(here, () => text), lineAt: (line: number) => line - before + above }
    }),
)

t.test('words behind ```ts are those that have surroundings', async (t) => {
  t.ok(blocks.length > 20)
  const known = ['', ...Object.keys(surroundings)]
  t.same(
    blocks.filter(({ word }) => !known.includes(word)).map(({ page, word }) => `${page}: ${word}`),
    [],
  )
})

t.test('TypeScript on pages compiles', async (t) => {
  const place = await mkdtemp(join(tmpdir(), 'guildhall-pages-'))
  t.teardown(() => rm(place, { recursive: true, force: true }))
  await symlink(join(project, 'node_modules'), join(place, 'node_modules'), 'junction')
  const compilerOptions = { extends: join(project, 'tsconfig.json'), include: ['*.ts'], exclude: ['node_modules'] }
  await Promise.all([
    writeFile(join(place, 'package.json'), '{ "type": "module" }'),
    writeFile(join(place, 'tsconfig.json'), JSON.stringify(compilerOptions)),
    writeFile(join(place, 'guildhall.d.ts'), (await registryTypes()).text),
    ...blocks.map(({ module }, i) => writeFile(join(place, `${i}.ts`), module)),
  ])
  const compiler = join(project, 'node_modules/ts7/lib/tsc.js')
  const said = await new Promise<string>((done, fail) => {
    execFile(process.execPath, [compiler, '-p', place, '--pretty', 'false'], { cwd: place }, (error, stdout) =>
      error && stdout === '' ? fail(error) : done(stdout),
    )
  })
  const faults = said.replaceAll(/^(\d+)\.ts\((\d+),\d+\)/gm, (_, i: string, line: string) => {
    const { page, lineAt } = blocks[Number(i)]!
    return `${page}:${lineAt(Number(line))}`
  })
  t.equal(faults, '')
})

t.test('bots on pages can be published', async (t) => {
  const sandbox = createSandbox({ runners: 1, log: { debug() {}, info() {}, warn() {}, error() {} } })
  t.teardown(() => sandbox.close())
  const bots = blocks.filter(({ module }) => module.includes('export default defineBot('))
  t.ok(bots.length >= 5)
  const faults = await Promise.all(
    bots.map(({ page, module }) =>
      readBot(sandbox, module).then(
        () => [],
        (problem: Problem) => problem.errors?.map(({ message }) => `${page}: ${message}`) ?? [String(problem)],
      ),
    ),
  )
  t.same(faults.flat(), [])
})
