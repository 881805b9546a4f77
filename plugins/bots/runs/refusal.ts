/** How a refused call reads inside the sandbox: a code, and a sentence without anything of the machine in it. */
import { isProblem, type Problem } from '@guildhall/sdk'
import { inert } from './logs/inert.ts'

/** Thrown by a call for what the bot is told as it stands. */
export class Refusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface Refused {
  readonly ok: false
  readonly code: string
  readonly message: string
}

const codes: Readonly<Record<number, string>> = {
  400: 'INVALID',
  401: 'FORBIDDEN',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  410: 'NOT_FOUND',
  413: 'LIMIT',
  429: 'LIMIT',
}

/** Null for what is nobody's business inside: the caller logs it and answers UNAVAILABLE. */
export function refusalOf(error: unknown): Refused | null {
  if (error instanceof Refusal) return { ok: false, code: error.code, message: inert(error.message).slice(0, 500) }
  if (!isProblem(error)) return null
  const code = codes[error.status] ?? (error.status >= 500 ? 'UNAVAILABLE' : 'CONFLICT')
  return { ok: false, code, message: inert(sentence(error)) }
}

/** Where the places say it all, the detail is one of them. */
function sentence({ detail, kind, errors }: Problem): string {
  const whole = errors.some(({ message }) => message === detail) ? [] : [detail ?? kind.title]
  return [...whole, ...errors.map((one) => `${one.pointer} ${one.message}`.trimStart())].join('; ').slice(0, 500)
}
