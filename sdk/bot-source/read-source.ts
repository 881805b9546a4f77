/** A source read to the end: what runs, and what it says of itself. Nothing of it runs here. */
import type { BotManifest } from '../bot.ts'
import { manifestOf } from '../bot-manifest.ts'
import type { Sandbox } from '../sandbox.ts'
import { lineOfProblem, type Publishable, publishable, type SourceProblem } from './publishable.ts'

export interface ReadSource extends Publishable {
  readonly manifest: BotManifest
}

/** By the name of its file; without a name it is TypeScript. */
export const hasTypes = (fileName: string | undefined): boolean => !/\.m?js$/.test(fileName ?? '')

/** Types taken away, evaluated in the sandbox without running the bot, its definition checked; or all that one reading finds. */
export async function readSource(
  sandbox: Pick<Sandbox, 'inspect'>,
  source: string,
  o: { readonly types: boolean },
): Promise<ReadSource | { readonly problems: readonly SourceProblem[] }> {
  const made = await publishable(source, o)
  if ('problems' in made) return made
  const seen = await sandbox.inspect(made.code)
  if ('error' in seen) {
    const { name, message, line = null } = seen.error
    return { problems: [lineOfProblem('/source', `${name}: ${message}`, line, 'evaluation')] }
  }
  const read = manifestOf(seen.manifest)
  if ('manifest' in read) return { ...made, manifest: read.manifest }
  return {
    problems: read.problems.map(({ pointer, message, code = 'manifest' }) =>
      lineOfProblem(`/manifest${pointer}`, message, made.lineAt(pointer), code),
    ),
  }
}
