import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Editors write in several steps: what comes within so many ms is one saving. */
const settleMs = 150

/**
 * Now, and after each saving, until the signal. The folder is watched: many editors put a new file in the place of the
 * old one.
 */
export async function* savings(file: string, signal: AbortSignal): AsyncGenerator<void> {
  let changed = true
  let wake: () => void = () => {}
  const watcher = watch(dirname(file), (_, name) => {
    if (name !== null && name !== basename(file)) return
    changed = true
    wake()
  })
  signal.addEventListener('abort', () => wake(), { once: true })
  try {
    while (!signal.aborted) {
      if (changed) {
        changed = false
        yield
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
          // Between the look at `changed` and this line nothing else runs, but the signal may have come before.
          if (signal.aborted) resolve()
        })
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, settleMs))
      }
    }
  } finally {
    watcher.close()
  }
}
