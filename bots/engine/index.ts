/**
 * The sandbox: code of users in supervised processes, one isolate a run (docs/bots/sandbox.md). This side decides and
 * counts; the files of `inside/` run in the runner, and their texts in the isolate.
 */
import { availableParallelism } from 'node:os'
import type { Log, Sandbox, SandboxOutcome } from '@guildhall/sdk'
import { runnerCommand } from './command.ts'
import { type FleetLimits, inspectionLimits, MAX_SOURCE_BYTES } from './limits.ts'
import { Pool } from './pool.ts'
import { programText } from './program.ts'

export type { FleetLimits } from './limits.ts'

export interface SandboxOptions extends Partial<FleetLimits> {
  readonly log: Log
  /** Another program in place of the runner's, held by the same command; tests play a runner that was taken over. */
  readonly program?: URL
}

/** With `pids`, the processes that stand now. */
export type SupervisedSandbox = Sandbox & { readonly pids: readonly number[] }

/** Starts no process before the first job, and lets go of them when nothing is left to do. */
export function createSandbox(o: SandboxOptions): SupervisedSandbox {
  const { log, program: file = new URL('./inside/runner.mjs', import.meta.url), ...limits } = o
  const program = programText(file)
  let made: Pool | undefined
  let inspections = 0
  let closed = false
  const pool = () => {
    if (made) return made
    made = new Pool({ command: command(log, program), log, limits: { ...fleetLimits(), ...limits } })
    if (closed) void made.close()
    return made
  }
  return {
    run: async (job) => tooLarge(job.source) ?? (await pool().run(job, 'run')),
    async inspect(source) {
      // Whose code it is, nobody says here: no two of them share a runner.
      const tenantId = `inspection ${++inspections}`
      const outcome =
        tooLarge(source) ?? (await pool().run({ ...emptyJob, source, tenantId, runId: tenantId }, 'inspect'))
      return outcome.end === 'ok'
        ? { manifest: outcome.result }
        : { error: outcome.error ?? { name: 'Error', message: 'The module cannot be read' } }
    },
    get state() {
      return made?.state ?? { runners: 0, busy: 0, waiting: 0, waitedMs: 0, reason: null, fault: null }
    },
    get pids() {
      return made?.pids ?? []
    },
    close: async () => {
      closed = true
      await made?.close()
    },
  }
}

function fleetLimits(): FleetLimits {
  return {
    runners: Math.max(2, availableParallelism()),
    runsPerRunner: 4,
    idleMs: 60_000,
    killMb: 450,
    growthMb: 150,
    runsPerLife: 500,
    lifeMs: 30 * 60_000,
    graceMs: 1000,
    silenceMs: 1000,
  }
}

function command(log: Log, program: string) {
  const found = runnerCommand(program)
  if (!found.capped)
    log.warn(
      { platform: process.platform },
      'the system caps no memory of bot runners here: the supervisor measures it',
    )
  return found
}

const emptyJob = {
  config: {},
  event: {},
  context: { tenant: {}, run: {}, secrets: {} },
  now: 0,
  seed: '',
  limits: inspectionLimits,
  call: async () => ({ ok: false, code: 'FORBIDDEN', message: 'Nothing is called while a module is read' }) as const,
  log: () => undefined,
}

function tooLarge(source: string): SandboxOutcome | undefined {
  const bytes = Buffer.byteLength(source)
  if (bytes <= MAX_SOURCE_BYTES) return undefined
  const message = `A bot has at most ${MAX_SOURCE_BYTES} bytes of source, this one has ${bytes}`
  const used = { cpuMs: 0, wallMs: 0, heapMb: 0, calls: 0 }
  return { end: 'error', error: { name: 'RangeError', code: 'SOURCE_TOO_LARGE', message }, used }
}
