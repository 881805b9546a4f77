import { isProblem } from '@guildhall/sdk'

/** Wrong words on the command line; the process ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface OutputOptions {
  /** One JSON document on standard output, whatever happens. */
  readonly json: boolean
}

/** Results go to standard output, everything else to standard error: a command can stand in a pipe. */
export class Output {
  readonly json: boolean

  constructor(o: OutputOptions) {
    this.json = o.json
  }

  /** Whether somebody sits there who wants colours, bars and questions. */
  get interactive(): boolean {
    return !this.json && process.stderr.isTTY === true
  }

  /** The answer of the command: JSON, or the text for people. */
  result(value: unknown, text: string | (() => string)): void {
    const shown = this.json ? JSON.stringify(value) : typeof text === 'string' ? text : text()
    if (shown !== '') process.stdout.write(`${shown}\n`)
  }

  /** What goes on meanwhile; silent under `--json`. */
  note(message: string): void {
    if (!this.json) process.stderr.write(`${message}\n`)
  }
}

/** One clear sentence for whoever typed the command; the exit code is 1, or 2 for wrong words. */
export function describeError(error: unknown): { readonly code: 1 | 2; readonly text: string; readonly json: object } {
  if (isProblem(error)) {
    const { errors } = error
    const detail = error.detail ?? error.kind.title
    const places = errors.map(({ pointer, message }) => (pointer ? `${pointer}: ${message}` : message))
    // Where the sentence is that of a place, the place says it, and where.
    const said = errors.some(({ message }) => message === detail)
    const more = said ? places : places.filter((_, i) => !detail.includes(errors[i]?.message ?? ''))
    return {
      code: 1,
      text: (said ? more : [detail, ...more.map((place) => `  ${place}`)]).join('\n'),
      json: { type: error.kind.type, message: detail, remedy: error.kind.remedy, errors: error.errors },
    }
  }
  const message = error instanceof Error ? plainMessage(error) : String(error)
  const usage = error instanceof UsageError
  return { code: usage ? 2 : 1, text: message, json: { type: usage ? 'usage' : 'failed', message } }
}

/** Errors of sockets carry their sentence in a list of attempts; mistakes in a program say nothing without their place. */
function plainMessage(error: Error): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; ')
  const { message, stack = '' } = error
  // Of a module that cannot be read, V8 writes file, line and text above the stack, and nowhere else.
  if (error instanceof SyntaxError) return `${stack.slice(0, Math.max(0, stack.search(/^SyntaxError\b/m)))}${message}`
  const slip = error instanceof ReferenceError || (error instanceof TypeError && error.cause === undefined)
  const [frame] = slip ? (/^ +at .+$/m.exec(stack) ?? []) : []
  return frame ? `${message}\n${frame}` : message
}
