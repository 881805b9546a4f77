import { createHash } from 'node:crypto'
import { Problem, type ProblemError, problems, type Sandbox } from '@guildhall/sdk'
import { type ReadSource, readSource } from '@guildhall/sdk/bot-source'
import type { BotSource } from './version-sql.ts'

/** A source that could be published: what it says of itself, and the JavaScript that runs. */
export interface ReadBot extends BotSource, Pick<ReadSource, 'manifest' | 'lineAt'> {
  readonly hash: string
}

export const cannotBePublished = (errors: readonly ProblemError[]): Problem =>
  new Problem(problems.validationFailed, { detail: errors[0]?.message ?? 'The bot cannot be read', errors })

/** @throws Problem 400 with lines and pointers, all that one reading finds */
export async function readBot(
  sandbox: Pick<Sandbox, 'inspect'>,
  original: string,
  o: { types: boolean } = { types: true },
): Promise<ReadBot> {
  const read = await readSource(sandbox, original, o)
  if ('problems' in read) throw cannotBePublished(read.problems)
  const { manifest, code: source, lineAt } = read
  return { manifest, source, original, lineAt, hash: createHash('sha256').update(source).digest('hex') }
}
