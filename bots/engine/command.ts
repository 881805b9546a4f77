/** The command line of a runner: the least a process can have. */
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DATA_KB } from './limits.ts'

export interface RunnerCommand {
  readonly file: string
  readonly args: readonly string[]
  /** Its program, which it reads from its standard input. */
  readonly program: string
  readonly env: Readonly<Record<string, string>>
  /** Whether the kernel caps its memory. */
  readonly capped: boolean
}

/**
 * @param program the text of the runner's program
 * @throws Error when isolated-vm has no build for this platform
 */
export function runnerCommand(program: string): RunnerCommand {
  const native = nativeModule()
  const node = [
    process.execPath,
    // No machine code at run time: a tight data limit works, and a class of attacks is gone.
    '--jitless',
    '--no-node-snapshot',
    // A bot does not see it (inside/world.mjs), and setting it up takes a while in each context.
    '--no-harmony-temporal',
    // A phase of an import that isolated-vm knows nothing of: taken from what it links, it ends the process.
    '--no-js-source-phase-imports',
    '--max-old-space-size=64',
    '--no-warnings',
    '--permission',
    '--allow-addons',
    // The one file it reads.
    `--allow-fs-read=${native}`,
    '--input-type=module',
    '-',
    native,
  ]
  if (process.platform === 'win32')
    return { file: node[0] as string, args: node.slice(1), program, env: {}, capped: false }
  const script = [
    // A limit that cannot be set is no reason not to start: the supervisor's poll is the second fence.
    `ulimit -d ${DATA_KB} 2>/dev/null`,
    'ulimit -c 0 2>/dev/null',
    'ulimit -n 64 2>/dev/null',
    // When the machine runs out of memory, runners go first.
    '{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null',
    // Whoever instruments this process and its children has no business in there.
    'unset NODE_OPTIONS',
    'command -v nice >/dev/null 2>&1 && exec nice -n 10 "$@"',
    'exec "$@"',
  ].join('; ')
  return {
    file: '/bin/sh',
    args: ['-c', script, 'runner', ...node],
    program,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', TZ: 'UTC' },
    // Others know the limit, and do not keep it.
    capped: process.platform === 'linux',
  }
}

/** Found here rather than in the runner, which then need not look around in folders. */
function nativeModule(): string {
  const root = dirname(createRequire(import.meta.url).resolve('isolated-vm/package.json'))
  const built = join(root, 'build', 'Release', 'isolated_vm.node')
  if (existsSync(built)) return built
  const folder = join(root, 'prebuilds', `${process.platform}-${process.arch}`)
  const libc = process.platform === 'linux' ? (existsSync('/etc/alpine-release') ? 'musl' : 'glibc') : undefined
  const wanted = ['isolated-vm', `abi${process.versions.modules}`, ...(libc ? [libc] : []), 'node'].join('.')
  const found = existsSync(folder) ? readdirSync(folder).find((name) => name === wanted) : undefined
  if (!found)
    throw new Error(
      `isolated-vm has no build for ${process.platform}-${process.arch} and Node ${process.versions.node}: bots cannot run. ` +
        'Use a platform of docs/installation.md, or build it with `npm rebuild isolated-vm`.',
    )
  return join(folder, found)
}
