import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type BotManifest, Problem, problems, type Sandbox } from '@guildhall/sdk'
import { hasTypes, readSource } from '@guildhall/sdk/bot-source'

/** A bot's file, or the `bot.ts` or `bot.js` of a folder. @throws Error when there is none */
export async function botFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile()) return path
  for (const name of ['bot.ts', 'bot.js'])
    if (found && (await stat(join(path, name)).catch(() => null))?.isFile()) return join(path, name)
  throw new Error(found ? `There is no bot.ts in ${path}.` : `There is no file ${path}.`)
}

/** The module as it would be published, and what it says of itself. @throws Problem 400 with lines and pointers */
export async function readBotModule(
  file: string,
  sandbox: Pick<Sandbox, 'inspect'>,
): Promise<{ readonly source: string; readonly manifest: BotManifest }> {
  const read = await readSource(sandbox, await readFile(file, 'utf8'), { types: hasTypes(file) })
  if ('manifest' in read) return { source: read.code, manifest: read.manifest }
  throw new Problem(problems.validationFailed, { detail: `${file} would not be published:`, errors: read.problems })
}
