/** How much a bot may keep: docs/bots/runs.md tells authors. */
import { Refusal } from '../refusal.ts'

export const stateQuotas = { keyBytes: 128, valueBytes: 65_536, totalBytes: 1_048_576, keys: 1000 } as const

/** @throws Refusal INVALID */
export function requireKey(key: unknown): string {
  if (typeof key !== 'string' || key === '' || key.includes('\0') || !key.isWellFormed())
    throw new Refusal('INVALID', 'The key has to be a text')
  if (Buffer.byteLength(key) > stateQuotas.keyBytes)
    throw new Refusal('LIMIT', `A key has at most ${stateQuotas.keyBytes} bytes`)
  return key
}

/** Bytes as JSON. @throws Refusal LIMIT */
export function requireValueBytes(value: unknown): number {
  const bytes = Buffer.byteLength(JSON.stringify(value ?? null))
  if (bytes > stateQuotas.valueBytes)
    throw new Refusal('LIMIT', `A value has at most ${stateQuotas.valueBytes} bytes as JSON; this one has ${bytes}`)
  return bytes
}

/** @throws Refusal LIMIT */
export function requireRoom(total: number): void {
  if (total > stateQuotas.totalBytes)
    throw new Refusal('LIMIT', `All values together have at most ${stateQuotas.totalBytes} bytes`)
}
