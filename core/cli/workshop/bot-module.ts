import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
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

/** A bot's file, or the `bot.ts` or `bot.js` of a folder. @throws Error when there is none */
export async function botFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile()) return path
  for (const name of ['bot.ts', 'bot.js'])
    if (found && (await stat(join(path, name)).catch(() => null))?.isFile()) return join(path, name)
  throw new Error(found ? `There is no bot.ts in ${path}.` : `There is no file ${path}.`)
}

/** The module as it would be published, and what it says of itself. @throws Problem 400 with lines or pointers */
export async function readBotModule(
  file: string,
  sandbox: Pick<Sandbox, 'inspect'>,
): Promise<{ readonly source: string; readonly manifest: BotManifest }> {
  const made = await publishable(await readFile(file, 'utf8'), stripTypes)
  if ('problems' in made) throw refusal(file, made.problems)
  const seen = await sandbox.inspect(made.source)
  if ('error' in seen) {
    const { name, message, line } = seen.error
    throw refusal(file, [{ pointer: '/source', message: `${line ? `Line ${line}: ` : ''}${name}: ${message}` }])
  }
  const read = manifestOf(seen.manifest)
  if ('problems' in read) throw refusal(file, read.problems)
  return { source: made.source, manifest: read.manifest }
}

const refusal = (file: string, errors: readonly ProblemError[]): Problem =>
  new Problem(problems.validationFailed, { detail: `${file} would not be published:`, errors })
