/** What a runner may say. A runner is believed in nothing: a frame that does not look like this is a breach of protocol. */
import type { SandboxEnd } from '@guildhall/sdk'
import { wireLimits } from './limits.ts'

export type RunnerFrame =
  | { readonly t: 'ready' }
  | { readonly t: 'beat'; readonly cpu: Readonly<Record<string, number>>; readonly rss: number }
  | { readonly t: 'call'; readonly run: string; readonly seq: number; readonly method: string; readonly json: string }
  | { readonly t: 'log'; readonly run: string; readonly message: string; readonly json: string }
  | {
      readonly t: 'end'
      readonly run: string
      readonly end: ReportedEnd
      readonly json: string
      readonly used: Used
      readonly gone: boolean
    }
  | { readonly t: 'gone'; readonly run: string }
  | { readonly t: 'fatal'; readonly run: string; readonly message: string }

export type ReportedEnd = Exclude<SandboxEnd, 'crash'> | 'violation'
export interface Used {
  readonly cpuMs: number
  readonly wallMs: number
  readonly heapMb: number
}

const ends = new Set(['ok', 'error', 'cpu', 'timeout', 'memory', 'quota', 'cancelled', 'violation'])
/** Of milliseconds, megabytes or bytes: no run has more. */
const mostOfAnything = 1e12
const amount = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= mostOfAnything
const text = (value: unknown, most: number): value is string => typeof value === 'string' && value.length <= most
/** Of any one text in a frame: an input, a result or a manifest with its escapes. */
const most = wireLimits.outputChars + 1024
/** Of a frame on the wire: a character takes at most six bytes there, as an escape. */
export const MAX_FRAME_BYTES = 6 * most + 4096

type Given = Readonly<Record<string, unknown>>
const shapes: Readonly<Record<string, (f: Given) => boolean>> = {
  ready: () => true,
  beat: ({ cpu, rss }) => amount(rss) && isRecord(cpu) && Object.values(cpu).every(amount),
  call: ({ seq, method, json }) =>
    amount(seq) &&
    Number.isSafeInteger(seq) &&
    text(method, 40) &&
    /^[a-z]+(\.[a-z]+)?$/.test(method) &&
    text(json, most),
  log: ({ message, json }) => text(message, 2 * wireLimits.lineChars) && text(json, 4 * wireLimits.lineChars),
  end: ({ end, json, used, gone }) =>
    ends.has(end as string) &&
    text(json, most) &&
    typeof gone === 'boolean' &&
    isRecord(used) &&
    [used.cpuMs, used.wallMs, used.heapMb].every(amount),
  gone: () => true,
  fatal: ({ message }) => text(message, most),
}
const isRecord = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @returns null for a breach of protocol */
export function readFrame(line: string): RunnerFrame | null {
  let given: unknown
  try {
    given = JSON.parse(line)
  } catch {
    return null
  }
  if (!isRecord(given) || typeof given.t !== 'string') return null
  const shape = Object.hasOwn(shapes, given.t) ? shapes[given.t] : undefined
  if (!shape?.(given)) return null
  if (given.t !== 'ready' && given.t !== 'beat' && !text(given.run, 64)) return null
  return given as unknown as RunnerFrame
}

/**
 * JSON of the bot as data. NUL and halves of surrogate pairs become U+FFFD: no database stores them as text.
 * @throws SyntaxError
 */
export function parseJson(json: string): unknown {
  // A half may stand there as it is: `JSON.rawJSON` lets it through.
  const whole = json.toWellFormed()
  const storable = whole.includes('\\u')
    ? whole.replace(/\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/gis, (one) => (one.length > 2 ? '\\ufffd' : one))
    : whole
  return JSON.parse(storable)
}
/** The same for a text that comes as it is. */
export const storableText = (value: string): string => value.toWellFormed().replaceAll('\0', '\ufffd')
