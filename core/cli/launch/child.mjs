// Preloaded into every program the launcher starts. A terminal's Ctrl-C and a signal to the process group reach
// launcher and program both; a signal to the launcher alone only the launcher. It asks here to pass one on, and we
// raise it only if it has not come by itself: so the program sees each request to stop once.
import { constants } from 'node:os'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'

const seen = new Set()

if (process.channel) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      seen.add(signal)
      // Ours is the only listener: the program has none (yet), and the signal does what it does by default.
      if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
    })
  }
  process.on('message', async (message) => {
    if (message?.stop === undefined) return
    await pause(20) // signals that wait for the event loop come first
    if (seen.size === 0 || message.again) process.kill(process.pid, message.stop)
  })
  // The launcher is gone, killed: so are we, in good order.
  process.on('disconnect', () => seen.size === 0 && process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
