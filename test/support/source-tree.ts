import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'

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

/** Aliases of package.json's `imports`. */
const alias = /^#(core|migrations|plugins)\//

/** As TypeScript reads them: what stands in a string or a template is no import. */
export function importsOf(file: string): Import[] {
  const text = read(file)
  return ts.preProcessFile(text, true, false).importedFiles.map(({ fileName, pos }) => ({
    file,
    line: text.slice(0, pos).split('\n').length,
    specifier: fileName,
    target: targetOf(file, fileName),
    typeOnly: /\b(?:import|export)\s+type\b[^;'"]*$/.test(text.slice(Math.max(0, pos - 2000), pos)),
  }))
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
