// Plain JavaScript without a dependency: it runs on the host's Node, before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

const stamp = join(root, 'node_modules', '.guildhall-installed')

/**
 * Installs what package-lock.json names when node_modules is missing or was installed from another one.
 * Says so in one line on standard error: standard output belongs to the command.
 */
export function installWhatIsMissing() {
  const wanted = fingerprint()
  if (existsSync(stamp) ? readFileSync(stamp, 'utf8') === wanted : isInstalledByHand()) return
  process.stderr.write('Installing what is missing (once, some 20 seconds) ...\n')
  if (!npm('ci') && !npm('install', '--no-save')) {
    process.stderr.write('npm could not install the dependencies; its own words are above. Is the network reachable?\n')
    process.exit(1)
  }
  writeFileSync(stamp, wanted)
}

function fingerprint() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

/** After `npm ci` or `npm install` by hand: npm notes what it installed, and the two agree about every package. */
function isInstalledByHand() {
  const note = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(note)) return false
  const installed = JSON.parse(readFileSync(note, 'utf8')).packages
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  const missing = Object.entries(locked).some(
    ([path, { version, optional, link }]) =>
      path.startsWith('node_modules/') && !optional && !link && installed[path]?.version !== version,
  )
  if (!missing) writeFileSync(stamp, fingerprint())
  return !missing
}

function npm(...command) {
  // npm names its own program in npm_execpath; without npm around us, the one on PATH has to do (a .cmd on Windows).
  const { npm_execpath: program } = process.env
  const options = ['--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional']
  const call = { cwd: root, stdio: ['ignore', 2, 2], env: withoutNpm() }
  const run = program?.endsWith('.js')
    ? spawnSync(process.execPath, [program, ...command, ...options], call)
    : spawnSync('npm', [...command, ...options], { ...call, shell: process.platform === 'win32' })
  return run.status === 0
}

/** What the outer npm passes down is its own business (a folder, a prefix, `omit=dev` in production). */
function withoutNpm() {
  const outer =
    /^(npm_(?!config_(cache|registry|userconfig|globalconfig|cafile|proxy|https_proxy|noproxy)$)|NODE_ENV$)/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)))
}
