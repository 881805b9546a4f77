import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'

const project = resolve(import.meta.dirname, '../../..')

// In place of the command line: says what it was called with and each signal it sees, and takes a moment to end.
const PROGRAM = `
const [command, code]: string[] = process.argv.slice(2)
console.log(process.argv.slice(2).join(' '))
process.exitCode = Number(code ?? 0)
if (command === 'start') {
  const awake = setInterval(() => {}, 1000)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      console.log(signal)
      setTimeout(() => { clearInterval(awake); console.log('ended') }, 150)
    })
  }
  console.log('ready')
}
`

/** The launcher in a checkout of its own, in a path with a space. */
function checkout(t: Test): string {
  const base = mkdtempSync(join(tmpdir(), 'guildhall launch '))
  const root = join(base, 'a checkout')
  t.teardown(() => rmSync(base, { recursive: true, force: true }))
  mkdirSync(join(root, 'core/cli'), { recursive: true })
  for (const file of ['start.mjs', 'guildhall.mjs', 'run.mjs', 'dev.mjs', 'launch']) {
    cpSync(join(project, 'core/cli', file), join(root, 'core/cli', file), { recursive: true })
  }
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(project, file), join(root, file))
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'))
  writeFileSync(join(root, 'core/cli/guildhall.ts'), PROGRAM)
  return root
}

/** Runs a file of the launcher as the leader of its own process group, as a terminal would. */
function launch(t: Test, root: string, ...argv: string[]) {
  const { npm_lifecycle_event: _, ...env } = process.env
  const [file = '', ...rest] = argv
  const child = spawn(process.execPath, [join(root, 'core/cli', file), ...rest], {
    cwd: tmpdir(),
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => kill(child, 'SIGKILL'))
  const said: string[] = []
  const lines = createInterface(child.stdout)
  lines.on('line', (line) => said.push(line))
  const closed = once(lines, 'close')
  const ended = once(child, 'exit').then(async ([code]) => {
    await closed
    return { code, said }
  })
  const says = async (line: string, times = 1) => {
    while (said.filter((one) => one === line).length < times) await once(lines, 'line')
  }
  return { child, said, says, ended, closed }
}

/** The whole group, as Ctrl-C does. */
function kill({ pid = 0 }: ChildProcess, signal: NodeJS.Signals) {
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended by itself.
  }
}

t.test('arguments, standard output and exit code are those of the command', async (t) => {
  const { ended } = launch(t, checkout(t), 'guildhall.mjs', 'import', '7')
  t.strictSame(await ended, { code: 7, said: ['import 7'] })
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  t.test(`${signal} to the whole group reaches the program once, and it ends in good order`, async (t) => {
    const { child, says, ended } = launch(t, checkout(t), 'start.mjs')
    await says('ready')
    kill(child, signal)
    t.strictSame(await ended, { code: 0, said: ['start', 'ready', signal, 'ended'] })
  })

  t.test(`${signal} to the launcher alone is passed on once`, async (t) => {
    const { child, says, ended } = launch(t, checkout(t), 'start.mjs')
    await says('ready')
    child.kill(signal)
    child.kill(signal) // npm forwards what the launcher got already
    t.strictSame(await ended, { code: 0, said: ['start', 'ready', signal, 'ended'] })
  })
}

t.test('a launcher killed with -9 takes the program with it, in good order', async (t) => {
  const { child, said, says, closed } = launch(t, checkout(t), 'start.mjs')
  await says('ready')
  child.kill('SIGKILL')
  await closed
  t.strictSame(said, ['start', 'ready', 'SIGTERM', 'ended'])
})

t.test('dev starts again when a file changes, also after one that cannot run', async (t) => {
  const root = checkout(t)
  const program = join(root, 'core/cli/guildhall.ts')
  const { child, says, ended } = launch(t, root, 'dev.mjs')
  await says('ready')
  appendFileSync(program, '// changed\n')
  await says('ready', 2)
  writeFileSync(program, `console.log('broken')\nthrow 'on purpose'\n`)
  await says('broken')
  writeFileSync(program, PROGRAM)
  await says('ready', 3)
  kill(child, 'SIGINT')
  const { code, said } = await ended
  t.equal(code, 0)
  t.equal(said.at(-1), 'ended')
  t.equal(said.filter((line) => line === 'SIGINT').length, 1)
})

t.test('a server runs its modules as they stand, and an error names their lines', async (t) => {
  const root = checkout(t)
  const program = join(root, 'core/cli/guildhall.ts')
  const write = (word: string) =>
    writeFileSync(
      program,
      `const word: string = '${word}'\nconsole.log(word, /guildhall.ts:2:\\d/.test(String(new Error().stack)))\n`,
    )
  for (const word of ['first', 'first', 'changed']) {
    write(word)
    t.match(await launch(t, root, 'start.mjs').ended, { code: 0, said: [`${word} true`] })
  }
  writeFileSync(program, 'enum Colour { Red }\n')
  t.match(
    await launch(t, root, 'start.mjs').ended,
    { code: 1, said: [] },
    'what types cannot be taken out of, Node refuses',
  )
})
