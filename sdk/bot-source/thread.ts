/** The thread that reads one source: types taken away, the rules of a module looked at, the lines of its definition found. */
import { stripTypeScriptTypes } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { definitionLines } from './definition-lines.ts'
import { type BrokenRule, brokenRules } from './module-rules.ts'
import { syntaxOf } from './syntax.ts'

export interface ToRead {
  readonly source: string
  /** Whether it is TypeScript. */
  readonly types: boolean
}
export type SourceRead =
  | {
      readonly code: string
      readonly broken: readonly BrokenRule[]
      readonly lines: ReadonlyMap<string, number>
    }
  | { readonly fault: BrokenRule }

const tooDeep = 'It does not compile: it is nested too deeply'

function read({ source, types }: ToRead): SourceRead {
  let code: string
  try {
    code = types ? stripTypeScriptTypes(source) : source
  } catch (error) {
    const { code, message, stack } = error as NodeJS.ErrnoException
    const line = Number(/^[^\n]*?:(\d+)\n/.exec(stack ?? '')?.[1])
    const says = code?.endsWith('_TYPESCRIPT_SYNTAX') ? `It does not compile: ${message}` : tooDeep
    return { fault: { line: line > 0 ? line : null, reason: says, code: 'syntax' } }
  }
  try {
    const program = syntaxOf(code)
    return { code, broken: brokenRules(program, code), lines: definitionLines(program) }
  } catch (error) {
    const { message, loc } = error as Error & { loc?: { line: number } }
    if (!loc) return { fault: { line: null, reason: tooDeep, code: 'syntax' } }
    const { line } = loc
    if (message.startsWith("Duplicate export 'default'"))
      return { fault: { line, reason: 'A module has one default export', code: 'export' } }
    return { fault: { line, reason: `It does not compile: ${message.replace(/ \(\d+:\d+\)$/, '')}`, code: 'syntax' } }
  }
}

parentPort?.postMessage(read(workerData as ToRead))
