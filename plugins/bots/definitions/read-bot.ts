import { createHash } from 'node:crypto'
import {
  type BotManifest,
  manifestOf,
  Problem,
  type ProblemError,
  problems,
  publishable,
  type Sandbox,
} from '@guildhall/sdk'
import { stripTypes } from '@guildhall/sdk/strip-types'
import type { BotSource } from './version-sql.ts'

/** A source that could be published: what it says of itself, and the JavaScript that runs. */
export interface ReadBot extends BotSource {
  readonly manifest: BotManifest
  readonly hash: string
}

/** The line on which a text stands quoted, counted from 1; null where none does. */
export function lineOf(source: string, text: string): number | null {
  const at = [`'${text}'`, `"${text}"`, `\`${text}\``].map((quoted) => source.indexOf(quoted)).find((i) => i >= 0)
  return at === undefined ? null : source.slice(0, at).split('\n').length
}

const refused = (errors: readonly ProblemError[]): Problem =>
  new Problem(problems.validationFailed, { detail: errors[0]?.message ?? 'The bot cannot be read', errors })

/**
 * Types stripped, evaluated in the sandbox without running the bot, its definition checked. Nothing of it runs here.
 * @throws Problem 400 with lines or pointers, all that one reading finds
 */
export async function readBot(
  sandbox: Pick<Sandbox, 'inspect'>,
  original: string,
  o: { javaScript?: boolean } = {},
): Promise<ReadBot> {
  const stripped = await publishable(original, o.javaScript ? (source) => source : stripTypes)
  if ('problems' in stripped) throw refused(stripped.problems)
  const { code: source } = stripped
  const seen = await sandbox.inspect(source)
  if ('error' in seen) {
    const { name, message, line } = seen.error
    const at = line === undefined ? '' : `Line ${line}: `
    throw refused([{ pointer: '/source', code: 'evaluation', message: `${at}${name}: ${message}` }])
  }
  const read = manifestOf(seen.manifest)
  if ('problems' in read)
    throw refused(read.problems.map((problem) => ({ ...problem, pointer: `/manifest${problem.pointer}` })))
  return { manifest: read.manifest, source, original, hash: createHash('sha256').update(source).digest('hex') }
}
