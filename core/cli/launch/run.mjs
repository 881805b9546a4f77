import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { pinnedNode, runtimeEnvironment, runtimeFlags } from './runtime.mjs'

/** A second Ctrl-C by hand comes later than the echo of the first through npm. */
const ECHO_MS = 500

/**
 * Runs a program on the pinned Node in our place: its input and output, its exit code, and each signal once.
 * @param {string[]} argv file and arguments
 */
export function runInOurPlace(argv) {
  const child = spawn(pinnedNode(), [...runtimeFlags, ...argv], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: runtimeEnvironment(),
  })
  followSignals((signal, again) => {
    if (child.connected) child.send({ stop: signal, again }, () => {})
    else child.kill(signal)
  })
  child.once('error', (error) => {
    process.stderr.write(`${pinnedNode()} cannot be started: ${error.message}\n`)
    process.exit(1)
  })
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
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
