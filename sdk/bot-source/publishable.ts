/** From what an author wrote to the module that is published: one file, JavaScript, importing the SDK alone. */
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ProblemError } from '../problems.ts'
import { deceivingCharacters } from './characters.ts'
import type { BrokenRule } from './module-rules.ts'
import type { SourceRead, ToRead } from './thread.ts'

/** Bytes of a source, before and after its types are taken away. */
export const sourceBytes = 262_144

/** `pointer` is `/source`, or leads into `/manifest`; the message begins with the line where there is one. */
export interface SourceProblem extends ProblemError {
  /** From 1; null: the source as a whole. */
  readonly line: number | null
}
export interface Publishable {
  /** JavaScript; types have become spaces, so that lines stay. */
  readonly code: string
  /** Where a part of the definition stands, by its JSON pointer; the nearest part around it where it is not written out. */
  readonly lineAt: (pointer: string) => number | null
}

const most = 20
const patienceMs = 10_000

/**
 * The module as it is published; or why it is not, each place with its line. A first look that names lines: the sandbox
 * refuses imports by itself, whatever comes here.
 * @param o.types whether it is TypeScript: what only a compiler could translate (enum, namespaces) is refused
 */
export async function publishable(
  source: string,
  o: { readonly types: boolean },
): Promise<Publishable | { readonly problems: readonly SourceProblem[] }> {
  const bytes = new TextEncoder().encode(source).length
  if (bytes > sourceBytes) return { problems: [lineOfProblem('/source', tooLarge(bytes), null, 'size')] }
  const deceiving = deceivingCharacters(source)
  if (deceiving.length > 0)
    return { problems: told(deceiving.map(({ line, reason }) => ({ line, reason, code: 'character' }))) }
  const read = await inThread({ source: source.replace(/^\uFEFF/, ''), types: o.types })
  if ('fault' in read) return { problems: told([read.fault]) }
  const { code, broken, lines } = read
  return broken.length > 0 ? { problems: told(broken) } : { code, lineAt: (pointer) => nearestLine(lines, pointer) }
}

/** Of a pointer, or of the nearest part around it that stands in the source; null where none does. */
function nearestLine(lines: ReadonlyMap<string, number>, pointer: string): number | null {
  for (let place = pointer; ; place = place.slice(0, place.lastIndexOf('/'))) {
    const line = lines.get(place)
    if (line !== undefined) return line
    if (!place.includes('/')) return null
  }
}

const tooLarge = (bytes: number): string =>
  `A bot has at most ${sourceBytes / 1024} KB, and this one has ${Math.ceil(bytes / 1024)} KB: leave out what it does not need`

const told = (broken: readonly BrokenRule[]): readonly SourceProblem[] =>
  broken.slice(0, most).map(({ line, reason, code }) => lineOfProblem('/source', reason, line, code))

/** A problem that begins with its line. */
export const lineOfProblem = (pointer: string, reason: string, line: number | null, code: string): SourceProblem => ({
  pointer,
  message: line === null ? reason : `Line ${line}: ${reason}`,
  code,
  line,
})

/**
 * In a thread of its own each time: a source that is nested deeply enough breaks the parser that takes types away
 * (WebAssembly), and it stays broken for the rest of the process, for everybody; another one keeps a parser busy for long.
 * The thread goes, and the fault with it.
 */
async function inThread(toRead: ToRead): Promise<SourceRead> {
  // As this file ends: the SDK is TypeScript within the project, and JavaScript outside.
  const worker = new Worker(new URL(`./thread${extname(import.meta.url)}`, import.meta.url), {
    workerData: toRead,
    env: {},
    execArgv: ['--no-warnings'],
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })
  try {
    return await new Promise<SourceRead>((done) => {
      const unreadable = (reason: string) => done({ fault: { line: null, reason, code: 'syntax' } })
      const late = setTimeout(() => unreadable('It takes too long to read'), patienceMs)
      worker
        .once('message', done)
        .once('error', () => unreadable('It cannot be read'))
        .once('exit', () => {
          clearTimeout(late)
          unreadable('It cannot be read')
        })
    })
  } finally {
    await worker.terminate()
  }
}
