import { Execution } from './execution.mjs'

const pollMs = 25
const beatEvery = 4
/**
 * What a runner does: it is told what to run, and tells what happens. It decides nothing, and it has nothing worth taking:
 * no environment, no files but these, no network. Its argument is the native module of isolated-vm.
 * @param {string} [boot] the program inside the isolates
 */
export function serve(boot) {
  const binding = { exports: {} }
  process.dlopen(binding, process.argv[2])
  const { ivm } = binding.exports
  const executions = new Map()
  let ticking
  let ticks = 0

  // The supervisor is gone, and nobody else may stop us: an isolate that spins would go on for ever.
  const leave = () => process.kill(process.pid, 'SIGKILL')
  process.on('disconnect', leave)
  // What comes out of an isolate rejects where nobody waits any more; that is no reason to end its neighbours.
  process.on('unhandledRejection', () => {})

  function report(frame) {
    process.send(frame, undefined, undefined, (failed) => failed && leave())
    if (frame.t === 'gone' || (frame.t === 'end' && frame.gone)) executions.delete(frame.run)
    if (executions.size === 0) {
      clearInterval(ticking)
      ticking = undefined
    }
  }

  /** Signs of life, and whose time it is that passes: when the process has to be killed, that says who is to blame. */
  function tick() {
    for (const execution of executions.values()) execution.poll()
    if (++ticks % beatEvery !== 0) return
    const cpu = {}
    for (const [run, execution] of executions) cpu[run] = execution.cpuMs
    report({ t: 'beat', cpu, rss: process.memoryUsage.rss() })
  }

  process.on('message', (frame) => {
    if (frame.t === 'run') {
      const execution = new Execution(ivm, frame, report, boot)
      executions.set(frame.run, execution)
      ticking ??= setInterval(tick, pollMs)
      void execution.start()
    } else if (frame.t === 'answer') executions.get(frame.run)?.answer(frame)
    else if (frame.t === 'stop') executions.get(frame.run)?.end('cancelled')
  })
  report({ t: 'ready' })
}
