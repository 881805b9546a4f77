import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { CommandLine } from '../../../core/cli/command-line.ts'

// A process is started for each command, and one for the sandbox.
t.setTimeout(240_000)

const cli = await CommandLine.create()
t.teardown(() => cli.remove())
const folder = join(cli.dataDir, 'late-greeting')

t.test('a new bot is a package of its own outside the project, and is never written over', async (t) => {
  t.match(await cli.run('bot', 'new', 'late-greeting', '--folder', folder), { code: 0, out: /bot\.test\.ts/ })
  t.same((await readdir(folder)).sort(), [
    '.gitignore',
    'README.md',
    'bot.test.ts',
    'bot.ts',
    'config.json',
    'event.json',
    'fixtures.json',
    'guildhall.d.ts',
    'package.json',
    'tsconfig.json',
  ])
  t.match(await readFile(join(folder, 'guildhall.d.ts'), 'utf8'), /'members\.addTag': \{ input: \{/)
  t.match(await cli.run('bot', 'new', 'late-greeting', '--folder', folder), {
    code: 1,
    err: /is there already; nothing was written/,
  })
  t.match(await cli.run('bot', 'new', 'Late Greeting'), { code: 2, err: /no id of a bot/ })
})

t.test('bot test runs the bot in the sandbox and shows what it did', async (t) => {
  const shown = await cli.run('bot', 'test', folder)
  t.equal(shown.code, 0, shown.err)
  t.match(
    shown.out,
    /late-greeting 0\.1\.0: ok in \d+ ms[\s\S]*members\.get[\s\S]*members\.addTag[\s\S]*"summary":"tagged"/,
  )
  t.match(await cli.json('bot', 'test', join(folder, 'bot.ts')), {
    end: 'ok',
    result: { summary: 'tagged' },
    trace: [{ sequence: 0, method: 'action' }, { sequence: 1 }],
    logs: [{ message: 'tagged' }],
    used: { calls: 2 },
  })
})

t.test('a bot begins as what starts it, and does what its kind promises', async (t) => {
  for (const [kind, started, does] of [
    ['cron', /ok in[\s\S]*members\.list[\s\S]*notifications\.send/, '1 without an address, told 1'],
    ['action', /ok in[\s\S]*groups\.addMember/, '"summary":"in the group"'],
    ['webhook', /ok in[\s\S]*members\.logActivity/, 'noted'],
  ] as const) {
    const place = join(cli.dataDir, kind)
    t.match(await cli.run('bot', 'new', `by-${kind}`, '--kind', kind, '--folder', place), { code: 0 })
    const { code, out, err } = await cli.run('bot', 'test', place)
    t.equal(code, 0, err)
    t.match(out, started)
    t.match(out, does)
  }
  t.match(await cli.run('bot', 'new', 'by-chance', '--kind', 'chance'), {
    code: 2,
    err: /event, cron, action, webhook/,
  })
  const dev = (...ways: string[]) => cli.run('bot', 'dev', folder, '--org', 'demo', ...ways)
  t.match(await dev('--at', 'soon'), { code: 2, err: /is no time/ })
  t.match(await dev('--at', '2026-01-05T07:00:00Z', '--target', 'x'), { code: 2, err: /leave out --target or --at/ })
  t.match(await dev('--call', 'x.json', '--live'), { code: 2, err: /leave out --live/ })
})

t.test(
  'a bot that fails, asks for what has no answer, or would not be published ends with 1 and a reason',
  async (t) => {
    const good = await readFile(join(folder, 'bot.ts'), 'utf8')
    const tried = async (name: string, change: (source: string) => string, fixtures: object = {}) => {
      const place = join(cli.dataDir, name)
      await mkdir(place)
      await writeFile(join(place, 'bot.ts'), change(good))
      await writeFile(join(place, 'fixtures.json'), JSON.stringify(fixtures))
      return cli.run('bot', 'test', place, '--event', join(folder, 'event.json'))
    }
    const calls = 'const member ='
    t.match(await tried('spinning', (source) => source.replace(calls, `for (;;); ${calls}`)), {
      code: 1,
      out: /: cpu in/,
    })
    t.match(await tried('throwing', (source) => source.replace(calls, `if (1) throw new TypeError('no'); ${calls}`)), {
      code: 1,
      out: /line \d+: TypeError: no/,
    })
    t.match(await tried('unanswered', (source) => source), { code: 1, err: /The bot calls "members\.get"/ })
    t.match(await tried('importing', (source) => `import fs from 'node:fs'\n${source}`), {
      code: 1,
      err: /would not be published:[\s\S]*Line 1: A bot imports "@guildhall\/sdk" alone/,
    })
    t.match(await tried('badly-versioned', (source) => source.replace("'0.1.0'", "'one'")), {
      code: 1,
      err: /\/manifest\/version: Line \d+: Write/,
    })
    t.match(await tried('misfit', (source) => source.replace("default: 'to greet'", 'maxItems: 1')), {
      code: 1,
      err: /maxItems/,
    })
    t.match(await cli.run('bot', 'test', join(cli.dataDir, 'nowhere')), { code: 1, err: /There is no file/ })
    t.match(await cli.run('bot', 'test', folder, '--now', 'soon'), { code: 2, err: /is no time/ })
  },
)
