import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { pinnedNode, runtimeEnvironment, runtimeFlags } from './runtime.mjs'

/** A second Ctrl-C by hand comes later than the echo of the first through npm. */
const ECHO_MS = 500

/**
 * Starts a program on the pinned Node with our input and output.
 * @param {string[]} argv file and arguments
 */
export function startProgram(argv) {
  const child = spawn(pinnedNode(), [...runtimeFlags(argv), ...argv], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: runtimeEnvironment(argv),
  })
  child.once('error', (error) => {
    process.stderr.write(`${pinnedNode()} cannot be started: ${error.message}\n`)
    process.exit(1)
  })
  return child
}

/** @param {boolean} again the user insists: raise it even though the program has seen one */
export function askToStop(child, signal, again) {
  if (child.connected) child.send({ stop: signal, again }, () => {})
  else child.kill(signal)
}

export const exitCode = (code, signal) => code ?? 128 + constants.signals[signal]

/** Runs a program in our place: its exit code is ours, and each signal reaches it once. */
export function runInOurPlace(argv) {
  const child = startProgram(argv)
  followSignals((signal, again) => askToStop(child, signal, again))
  child.once('exit', (code, signal) => process.exit(exitCode(code, signal)))
}

/** Also stops when npm, which started us, was killed: else the server would hold its port for nobody. */
export function followSignals(stop) {
  let first = 0
  const request = (signal) => {
    const now = Date.now()
    if (first > 0 && now - first < ECHO_MS) return
    stop(signal, first > 0)
    first ||= now
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => request(signal === 'SIGHUP' ? 'SIGTERM' : signal))
  }
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    request('SIGTERM')
  }, 250)
  watch.unref()
}
