import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const program = realpathSync(resolve(root, 'node_modules/.bin/tap'))

/**
 * Runs tap on the Node we run on ourselves; coverage, which costs a fifth, only when asked for.
 * @returns tap's exit code; 128 + n after a signal, which tap gets too and ends its files with
 */
export function runTap(argv, environment) {
  const options = argv.some((one) => one.includes('coverage')) ? argv : ['--disable-coverage', ...argv]
  const child = spawn(process.execPath, [program, ...options], { cwd: root, stdio: 'inherit', env: environment })
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('exit', (code, signal) => done(code ?? 128 + constants.signals[signal]))
  })
}
