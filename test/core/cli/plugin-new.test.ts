import { spawnSync } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import t, { test } from 'tap'
import { CommandLine } from './command-line.ts'

const house = resolve(import.meta.dirname, '../../..')

// A process is started for each command.
t.setTimeout(240_000)

test('a new plugin as a package of its own has a passing test and builds to JavaScript', async (t) => {
  const cli = await CommandLine.create()
  t.teardown(() => cli.remove())
  const folder = join(cli.dataDir, 'visitor log')
  t.match(await cli.run('plugin', 'new', 'visitor-log', '--package', folder), { code: 0, out: /src\/index\.ts/ })
  t.match(await cli.run('plugin', 'new', 'visitor-log', '--package', folder), {
    code: 1,
    err: /is there already; nothing was written/,
  })
  t.match(await cli.run('plugin', 'new', 'Bad Id', '--package', folder), { code: 2, err: /no id of a plugin/ })

  // What `npm install` would put there, without the network.
  for (const [name, target] of [
    ['@guildhall/sdk', 'sdk'],
    ['guildhall', '.'],
    ['tap', 'node_modules/tap'],
    ['typebox', 'node_modules/typebox'],
    ['uuid', 'node_modules/uuid'],
  ] as const) {
    const place = join(folder, 'node_modules', name)
    await mkdir(dirname(place), { recursive: true })
    await symlink(join(house, target), place)
  }
  const inFolder = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const tested = inFolder('test/notes.test.ts')
  t.equal(tested.status, 0, tested.stdout + tested.stderr)
  t.equal(inFolder('build.mjs').status, 0)
  const loaded = inFolder(
    '--input-type=module',
    '-e',
    "const { default: p } = await import('./dist/index.js'); console.log(p.kind, p.id)",
  )
  t.equal(loaded.stdout.trim(), 'plugin visitor-log', loaded.stderr)
})
