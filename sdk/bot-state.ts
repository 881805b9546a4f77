/** What `ctx.state` takes: one set of rules, so that the test kit refuses what the platform refuses. */

export const stateQuotas = {
  keyBytes: 128,
  /** As JSON. */
  valueBytes: 65_536,
  /** Keys and values together. */
  totalBytes: 1_048_576,
  /** Most keys that `keys` answers. */
  keys: 1_000,
  /** Calls a run. */
  uses: 200,
  /** Longest lifetime, in seconds. */
  ttlSeconds: 366 * 86_400,
} as const

/** Why a call of `ctx.state` is refused. */
export interface StateFault {
  readonly code: 'INVALID' | 'LIMIT'
  readonly message: string
}
const invalid = (message: string): StateFault => ({ code: 'INVALID', message })
const beyond = (message: string): StateFault => ({ code: 'LIMIT', message })

export const stateBytes = (text: string): number => new TextEncoder().encode(text).length

export function stateKeyFault(key: unknown): StateFault | null {
  if (typeof key !== 'string' || key === '' || key.includes('\0') || !key.isWellFormed())
    return invalid('The key has to be a text')
  return stateBytes(key) > stateQuotas.keyBytes ? beyond(`A key has at most ${stateQuotas.keyBytes} bytes`) : null
}

/** @param ttlSeconds left out or null: kept until it is deleted */
export function stateLifetimeFault(ttlSeconds: unknown): StateFault | null {
  if (ttlSeconds === undefined || ttlSeconds === null) return null
  return typeof ttlSeconds !== 'number' || !(ttlSeconds >= 1) || ttlSeconds > stateQuotas.ttlSeconds
    ? invalid(`ttlSeconds is a number from 1 to ${stateQuotas.ttlSeconds} (366 days)`)
    : null
}

/** @param bytes of the value as JSON */
export const stateValueFault = (bytes: number): StateFault | null =>
  bytes > stateQuotas.valueBytes
    ? beyond(`A value has at most ${stateQuotas.valueBytes} bytes as JSON; this one has ${bytes}`)
    : null

/** @param bytes of all keys and values, as they would be */
export const stateRoomFault = (bytes: number): StateFault | null =>
  bytes > stateQuotas.totalBytes ? beyond(`All values together have at most ${stateQuotas.totalBytes} bytes`) : null

/** @param uses of this run, this one included */
export const stateUseFault = (uses: number): StateFault | null =>
  uses > stateQuotas.uses ? beyond(`A run uses its state at most ${stateQuotas.uses} times`) : null
