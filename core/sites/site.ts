import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Log, SiteSpec } from '@guildhall/sdk'
import { type BuiltFiles, readBuiltFiles } from './built-files.ts'
import { hashFile, sourceHash } from './source-hash.ts'

/** `ready` also while a newer one is being built: the older page serves until then. */
export type SiteState = 'ready' | 'building' | 'failed'

/** How much of a failed build's words goes to the log. */
const keptWords = 4_000

export class Site {
  readonly at: string
  readonly #spec: SiteSpec
  readonly #folder: string
  readonly #log: Log
  #files: BuiltFiles | null = null
  #failed = false
  #build: ChildProcess | null = null
  #closed = false

  constructor(spec: SiteSpec, log: Log) {
    this.at = spec.at
    this.#spec = spec
    this.#folder = fileURLToPath(spec.built)
    this.#log = log
  }

  get files(): BuiltFiles | null {
    return this.#files
  }

  get state(): SiteState {
    if (this.#files) return 'ready'
    return this.#failed ? 'failed' : 'building'
  }

  /** Reads what is built; cheap, and done before the door opens. */
  async load(): Promise<void> {
    this.#files = await readBuiltFiles(this.#folder)
  }

  /** Builds it when it is missing or older than its source, in a process of its own. Never throws: the log says why not. */
  async freshen(): Promise<void> {
    try {
      const { build } = this.#spec
      if (!build) {
        if (!this.#files) throw new Error(`There is nothing in ${this.#folder}`)
        return
      }
      const wanted = await sourceHash(build.from)
      const built = await readFile(join(this.#folder, hashFile), 'utf8').catch(() => '')
      if (this.#files && built === wanted) return
      const from = performance.now()
      await this.#run(build.program, wanted)
      if (this.#closed) return
      await this.load()
      if (!this.#files) throw new Error(`The build left nothing in ${this.#folder}`)
      this.#log.info({ site: this.at, ms: Math.round(performance.now() - from) }, 'a site was built')
    } catch (err) {
      if (this.#closed) return
      this.#failed = true
      this.#log.error({ err, site: this.at }, 'a site could not be built: its pages say so, everything else works')
    }
  }

  /** Ends a build that still runs. */
  close(): void {
    this.#closed = true
    this.#build?.kill()
  }

  #run(program: URL, hash: string): Promise<void> {
    if (this.#closed) return Promise.resolve()
    const child = spawn(process.execPath, [fileURLToPath(program), hash], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production' },
    })
    this.#build = child
    // Whoever is being served comes first.
    if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
    let words = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-keptWords)))
    return new Promise((done, fail) => {
      child.once('error', fail)
      child.once('close', (code, signal) => {
        this.#build = null
        if (code === 0) done()
        else fail(new Error(`The build ended with ${code ?? signal}: ${words.trim() || 'it said nothing'}`))
      })
    })
  }
}
