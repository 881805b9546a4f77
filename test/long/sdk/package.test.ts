import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { CommandLine } from '../../core/cli/command-line.ts'

const project = resolve(import.meta.dirname, '../../..')
const run = promisify(execFile)

t.setTimeout(300_000)

t.test('the published SDK suffices to write, type and test a bot outside the project', async (t) => {
  const place = await mkdtemp(join(tmpdir(), 'guildhall-author-'))
  t.teardown(() => rm(place, { recursive: true, force: true }))
  const [built, packed, author] = ['sdk', 'packed', 'author'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ]
  await mkdir(packed)
  await run(process.execPath, [join(project, 'sdk/build.mjs'), built])
  const { exports } = JSON.parse(await readFile(join(built, 'package.json'), 'utf8')) as { exports: object }
  t.same(Object.keys(exports), ['.', './package.json', './bot-source', './testing'])

  // As the registry would give them: no network here.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))
  const npm = (cwd: string, ...args: string[]) =>
    run('npm', [...args, '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd, env })
  for (const folder of [
    built,
    ...['acorn', 'typebox', '@types/node', 'undici-types'].map((name) => join(project, 'node_modules', name)),
  ])
    await npm(packed, 'pack', folder)
  const tarballs = (await readdir(packed)).map((name) => join(packed, name))

  const cli = await CommandLine.create()
  t.teardown(() => cli.remove())
  const made = await cli.run('bot', 'new', 'late-books', '--folder', author)
  t.equal(made.code, 0, made.err)
  await writeFile(join(author, 'package.json'), '{ "type": "module", "private": true }')
  await npm(author, 'install', ...tarballs)
  t.same(
    (await readdir(join(author, 'node_modules/@guildhall/sdk'))).filter((name) => /(?<!\.d)\.ts$/.test(name)),
    [],
    'JavaScript with types, no source',
  )

  const compiled = (file: string) =>
    run(process.execPath, [join(project, 'node_modules/ts7/lib/tsc.js'), '-p', author, '--pretty', 'false'], {
      cwd: author,
    }).then(
      () => '',
      (error: Error & { stdout: string }) => error.stdout || `${file}: ${error.message}`,
    )
  t.equal(await compiled('bot.ts'), '', 'it compiles with the types that `guildhall types` wrote')
  const tested = await run(process.execPath, ['--test', 'bot.test.ts'], {
    cwd: author,
    env: { PATH: process.env.PATH },
  })
  t.match(tested.stdout, /pass 2\n/)

  const bot = await readFile(join(author, 'bot.ts'), 'utf8')
  await writeFile(join(author, 'bot.ts'), bot.replace("ctx.call('members.addTag'", "ctx.call('members.delete'"))
  t.match(await compiled('bot.ts'), /bot\.ts\(\d+,\d+\): error TS/, 'an action it did not ask for does not compile')
})
