/** From what an author wrote to the module that is published: one file, JavaScript, importing the SDK alone. */
import type { ProblemError } from '../problems.ts'
import { deceivingCharacters, deceivingName } from './characters.ts'
import { type Token, tokensOf } from './tokens.ts'

/** Bytes of a source, before and after its types are taken away. */
export const sourceBytes = 262_144

/** `pointer` is `/source`; the message begins with the line where there is one. */
export interface SourceProblem extends ProblemError {
  /** From 1; null: the source as a whole. */
  readonly line: number | null
}

/** What a bot may import; everything else the SDK has is types, or is not inside the sandbox. */
const inside = new Set(['defineBot'])
const most = 20

/**
 * The module as it is published; or why it is not, each place with its line. A first look that names lines: the sandbox
 * refuses imports by itself, whatever comes here.
 * @param strip takes the types away and keeps the lines; throws an error with `line` for what does not compile. Never in
 *   the process itself for a stranger's source: `stripTypes` of `@guildhall/sdk/strip-types` says why.
 */
export async function publishable(
  source: string,
  strip: (source: string) => string | Promise<string>,
): Promise<{ readonly source: string } | { readonly problems: readonly SourceProblem[] }> {
  if (source.length > sourceBytes || utf8(source) > sourceBytes)
    return {
      problems: [problem(null, `A bot has at most ${sourceBytes / 1024} KB; leave out what it does not need`, 'size')],
    }
  const deceiving = deceivingCharacters(source)
  if (deceiving.length > 0)
    return { problems: deceiving.slice(0, most).map(({ line, reason }) => problem(line, reason, 'character')) }
  let code: string
  try {
    code = await strip(source.replace(/^\uFEFF/, ''))
  } catch (error) {
    const { message, line } = error as Error & { line?: unknown }
    return { problems: [problem(typeof line === 'number' ? line : null, `It does not compile: ${message}`, 'syntax')] }
  }
  const problems = moduleProblems(tokensOf(code))
  return problems.length > 0 ? { problems } : { source: code }
}

function moduleProblems(tokens: readonly Token[]): readonly SourceProblem[] {
  const found: SourceProblem[] = []
  const add = (token: Token, message: string, code: string): undefined => {
    if (found.length < most) found.push(problem(token.line, message, code))
  }
  const exported: Token[] = []
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'word') continue
    const fault = deceivingName(token.is)
    if (fault) add(token, fault, 'name')
    const before = tokens[i - 1]?.is
    const next = tokens[i + 1]
    const member = before === '.' || before === '?.' || before === '#'
    if (member || next?.is === ':') continue
    if (token.is === 'import') importProblems(tokens, i, add)
    else if (token.is === 'require' && next?.is === '(')
      add(token, 'A bot has no require; put what it needs into its own file', 'import')
    else if (token.is === 'await' && !token.inFunction)
      add(token, 'Move "await" into a function: a module is not waited for', 'await')
    else if (token.is === 'export' && token.depth === 0) {
      if (next?.is === 'default') exported.push(token)
      else exported.push(...exportedAs(tokens, i, add))
    }
  }
  const [, second] = exported
  if (exported.length === 0)
    found.push(problem(null, 'Write "export default defineBot({ ... })": the module exports no bot', 'export'))
  if (second) add(second, 'A module has one default export', 'export')
  return found
}

type Add = (token: Token, message: string, code: string) => undefined

function importProblems(tokens: readonly Token[], i: number, add: Add): undefined {
  const token = tokens[i] as Token
  const next = tokens[i + 1]
  if (next?.is === '(')
    return add(token, 'A bot cannot import while it runs; put what it needs into its own file', 'import')
  if (next?.is === '.') return add(token, 'A bot has no import.meta', 'import')
  const end = tokens.findIndex(({ kind }, at) => at > i && kind === 'text')
  const from = tokens[end]
  if (from?.is !== '@guildhall/sdk')
    return add(token, 'A bot imports "@guildhall/sdk" alone; put what else it needs into its own file', 'import')
  const names = tokens.slice(i + 1, end)
  const list = names.filter(
    ({ kind, is }, at) => kind === 'word' && is !== 'from' && is !== 'as' && names[at - 1]?.is !== 'as',
  )
  const strange = list.find(({ is }) => !inside.has(is))
  if (strange)
    add(
      strange,
      `"${strange.is.slice(0, 60)}" is not there when a bot runs; if it is a type, write "import type" or "type ${strange.is.slice(0, 60)}"`,
      'import',
    )
  else if (names.some(({ is }) => is === '*') || names[0]?.is !== '{')
    add(token, 'Write import { defineBot } from "@guildhall/sdk"', 'import')
}

/** Tokens that export something as `default` in `export { ... }`. */
function exportedAs(tokens: readonly Token[], i: number, add: Add): readonly Token[] {
  const next = tokens[i + 1]
  if (next?.is !== '{' && next?.is !== '*') return []
  const end = tokens.findIndex(({ is }, at) => at > i && is === '}')
  if (next.is === '*' || tokens[end + 1]?.is === 'from')
    add(tokens[i] as Token, 'A bot exports its own bot, nothing from elsewhere', 'import')
  return tokens.slice(i, end).filter(({ is }, at, all) => is === 'default' && all[at - 1]?.is === 'as')
}

const utf8 = (text: string): number => new TextEncoder().encode(text).length
const problem = (line: number | null, reason: string, code: string): SourceProblem => ({
  pointer: '/source',
  message: line === null ? reason : `Line ${line}: ${reason}`,
  code,
  line,
})
