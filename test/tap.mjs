import { spawn } from 'node:child_process'
import { globSync, realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const command = () => realpathSync(resolve(root, 'node_modules/.bin/tap'))
/** CI may run on a machine that is busy with others: there a file has more time. */
const quick = { jobs: 2, seconds: process.env.CI ? 360 : 120, together: 8 }

/** Everything that is not test/long. */
export const quickFiles = () =>
  globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/long/**'] })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()

/**
 * Runs test files on the Node we run on ourselves. Whoever watches gets tap's reporter, everybody else plain TAP.
 * @param options.seconds for a file
 * @param options.together how many files of a folder may share a process
 * @returns an exit code; 128 + n after a signal, which the files get too
 */
export function runFiles(files, { environment, ...options }) {
  const { jobs, seconds, together } = { ...quick, ...options }
  const watched = process.stdout.isTTY
  const tests = start([resolve(root, 'test/files.mjs'), ...[jobs, seconds, together].map(String), ...files], {
    env: environment,
    stdio: ['ignore', watched ? 'pipe' : 'inherit', 'inherit'],
  })
  if (watched) {
    const reporter = start([command(), '--disable-coverage', '-'], { stdio: ['pipe', 'inherit', 'inherit'] })
    tests.stdout.pipe(reporter.stdin)
    return Promise.all([ended(tests), ended(reporter)]).then(([code]) => code)
  }
  return ended(tests)
}

/** tap's own command, for what its options offer: coverage, reporters, single tests by name. */
export function runTap(argv, environment) {
  const options = argv.some((one) => one.includes('coverage')) ? argv : ['--disable-coverage', ...argv]
  return ended(start([command(), ...options], { env: environment, stdio: 'inherit' }))
}

const start = (argv, options) => spawn(process.execPath, argv, { cwd: root, ...options })

function ended(child) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('exit', (code, signal) => done(code ?? 128 + constants.signals[signal]))
  })
}
