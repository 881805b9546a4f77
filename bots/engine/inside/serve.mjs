import { Execution } from './execution.mjs'
import { rehearse } from './rehearsal.mjs'
import { listen, say } from './wire.mjs'

/** CPU time of all threads but this one. */
function computedMs() {
  const all = process.cpuUsage()
  const own = process.threadCpuUsage()
  return (all.user + all.system - own.user - own.system) / 1000
}

const pollMs = 25
const beatEvery = 4
/**
 * What a runner does: it is told what to run, and tells what happens. It decides nothing, and it has nothing worth taking:
 * no environment, no files but these, no network. Its argument is the native module of isolated-vm.
 * @param {string} [boot] the program inside the isolates
 */
export async function serve(boot) {
  const binding = { exports: {} }
  process.dlopen(binding, process.argv[2])
  const { ivm } = binding.exports
  const executions = new Map()
  let ticking
  let ticks = 0
  let computed = 0

  // The supervisor is gone, and nobody else may stop us: an isolate that spins would go on for ever.
  const leave = () => process.kill(process.pid, 'SIGKILL')
  // What comes out of an isolate rejects where nobody waits any more; that is no reason to end its neighbours.
  process.on('unhandledRejection', () => {})

  function report(frame) {
    try {
      say(frame)
    } catch {
      leave()
    }
    if (frame.t === 'gone' || (frame.t === 'end' && frame.gone)) executions.delete(frame.run)
    if (executions.size === 0) {
      clearInterval(ticking)
      ticking = undefined
    }
  }

  /**
   * What the threads of the isolates have computed goes to those that claim it; on a machine with room that is all they
   * claim. Our own thread makes isolates, which is most of what short runs cost: nobody who waits for the machine has done it.
   */
  function share() {
    // The two clocks are read one after the other, so their difference may step back.
    const spent = Math.max(0, computedMs() - computed)
    computed += spent
    const claims = [...executions.values()].map((execution) => [execution, execution.claimedMs])
    const claimed = claims.reduce((sum, [, ms]) => sum + ms, 0)
    const part = claimed > spent ? spent / claimed : 1
    for (const [execution, ms] of claims) execution.credit(ms * part)
  }

  /** Signs of life, and whose time it is that passes: when the process has to be killed, that says who is to blame. */
  function tick() {
    share()
    for (const execution of executions.values()) execution.poll()
    if (++ticks % beatEvery !== 0) return
    const cpu = {}
    for (const [run, execution] of executions) cpu[run] = execution.cpuMs
    report({ t: 'beat', cpu, rss: process.memoryUsage.rss() })
  }

  function hear(frame) {
    if (frame.t === 'run') {
      const execution = new Execution(ivm, frame, report, { ...(boot && { boot }), share })
      executions.set(frame.run, execution)
      if (ticking === undefined) {
        computed = computedMs()
        ticking = setInterval(tick, pollMs)
      }
      void execution.start()
    } else if (frame.t === 'answer') executions.get(frame.run)?.answer(frame)
    else if (frame.t === 'stop') executions.get(frame.run)?.end('cancelled')
  }
  listen(hear, leave)
  await rehearse(ivm, boot)
  report({ t: 'ready' })
}
