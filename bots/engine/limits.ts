/** What holds for every run and every runner, whatever a bot or an installation asks for. */

/** Of a module; larger ones are refused before they are parsed. */
export const MAX_SOURCE_BYTES = 256 * 1024

/** What the bootstrap keeps to inside, in characters of JSON; runner and supervisor check the numbers again. */
export const wireLimits = {
  /** A line of the log with its data. */
  lineChars: 2048,
  /** The input of an action, or a value of the state. */
  inputChars: 65_536,
  /** The inputs of all calls of a run. */
  outputChars: 1_048_576,
  /** A definition as data, its form included. */
  manifestChars: 131_072,
  errorChars: 2000,
} as const

/** An answer of the platform; what is larger becomes the error LIMIT. */
export const MAX_ANSWER_CHARS = 4_194_304

/** Evaluating a module and reading what it defines. */
export const inspectionLimits = {
  heapMb: 32,
  cpuMs: 500,
  wallMs: 5000,
  calls: 0,
  inFlight: 1,
  resultBytes: wireLimits.manifestChars * 4,
  logLines: 0,
} as const

export interface FleetLimits {
  /** Runners that may be busy at the same time; one more stands by. Default: the cores, at least 2. */
  readonly runners: number
  /** Runs of one organisation at once in a runner. Default 4. */
  readonly runsPerRunner: number
  /** A runner that did nothing for so long is let go; the first run after that waits for a start (60 ms). Default 60,000. */
  readonly idleMs: number
  /** Resident memory of a runner at which it is killed. Default 450. */
  readonly killMb: number
  /** At which it is replaced once it is quiet. Default 150. */
  readonly growthMb: number
  /** Runs after which it is replaced. Default 500. */
  readonly runsPerLife: number
  /** Age at which it is replaced. Default 30 minutes. */
  readonly lifeMs: number
  /** Beyond the time a run may take, before its runner is killed. Default 1000. */
  readonly graceMs: number
  /** That a runner may be silent beyond the CPU time of its run. Default 1000. */
  readonly silenceMs: number
}

/** After a reported end, that the isolate has to leave its thread. */
export const UNWIND_MS = 250
/** From the start of the process to its first word. */
export const READY_MS = 20_000
export const POLL_MS = 50
/** CPU time between two signs of life (100 ms) at which a runner counts as computing. */
export const BUSY_MS = 60
/** What the kernel lets a runner have for data, in kilobytes; with --jitless that is enough for a handful of isolates. */
export const DATA_KB = 409_600
