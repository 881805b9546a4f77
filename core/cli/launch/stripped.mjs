// Preloaded into a server, which lives long and should be small (docs/decisions/0020-text-without-types.md). Our modules
// come from a folder of texts without types: so neither Node's cache of compiled code stays in memory (15 MB) nor the
// compiler that takes types out (7 MB).
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isOurs, keptText } from './kept-texts.mjs'

let made = false

registerHooks({
  load(url, context, nextLoad) {
    if (!isOurs(url)) return nextLoad(url, context)
    const source = withoutTypes(readFileSync(fileURLToPath(url)))
    // Whatever is wrong with the file or the folder, Node has the better words.
    return source === undefined ? nextLoad(url, context) : { format: 'module', source, shortCircuit: true }
  },
})

function withoutTypes(source) {
  const kept = keptText(source)
  if (kept !== undefined || made) return kept
  made = true
  // Elsewhere, so that the compiler's memory goes with it; all of them at once.
  const program = fileURLToPath(new URL('./strip.mjs', import.meta.url))
  spawnSync(process.execPath, ['--no-warnings', program], { stdio: 'ignore', env: {} })
  return keptText(source)
}
