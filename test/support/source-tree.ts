import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** The checkout, for tests of its structure. */
export const project = resolve(import.meta.dirname, '../..')

/** Paths from the project's root, with '/', in order. */
export const files = (...patterns: string[]): string[] =>
  globSync(patterns, { cwd: project, exclude: (name) => String(name).endsWith('node_modules') })
    .map((path) => path.split(sep).join('/'))
    .sort()

export const read = (path: string): string => readFileSync(join(project, path), 'utf8')

export interface Import {
  readonly file: string
  readonly line: number
  /** As written. */
  readonly specifier: string
  /** Where it leads in the project; null for a library. */
  readonly target: string | null
  readonly typeOnly: boolean
}

const statement =
  /^[ \t]*(?:import|export)\s+(?<type>type\s+)?(?:[\w*$\s,{}]*?\s*from\s*)?'(?<specifier>[^'\n]+)'|\bimport\(\s*'(?<dynamic>[^'\n]+)'\s*\)/gm

/** Aliases of package.json's `imports`. */
const alias = /^#(core|migrations|plugins)\//

export function importsOf(file: string): Import[] {
  const text = read(file)
  return [...text.matchAll(statement)].map((match) => {
    const specifier = (match.groups?.specifier ?? match.groups?.dynamic) as string
    return {
      file,
      line: text.slice(0, match.index).split('\n').length,
      specifier,
      target: targetOf(file, specifier),
      typeOnly: match.groups?.type !== undefined,
    }
  })
}

function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith('.'))
    return relative(project, resolve(project, dirname(file), specifier))
      .split(sep)
      .join('/')
  return alias.test(specifier) ? specifier.slice(1) : null
}

/** The part of a library's name that package.json knows: `hucre/xlsx` -> `hucre`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/** Comments are blanked, lines stay where they are: for rules about code, not about what is said of it. */
export const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '))

/** Where a pattern stands in the code of files, as `file:line`. */
export function places(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    withoutComments(read(path))
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  )
}
