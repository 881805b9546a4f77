import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { code, openingOf, tableOf } from './page.ts'

interface Exported {
  readonly name: string
  readonly kind: string
  readonly says: string
}

const declaration =
  /(?:\/\*\*(?<doc>(?:(?!\*\/)[\s\S])*)\*\/\n)?^export (?:declare )?(?<kind>(?:async )?function|const|class|interface|type) (?<name>\w+)/gm

/** What a file of the SDK exports, with what its docstring says first. */
function exportsOf(source: string): Exported[] {
  return [...source.matchAll(declaration)].map(({ groups }) => ({
    name: groups!.name as string,
    kind: (groups!.kind as string).replace('async ', ''),
    says: plain(groups!.doc ?? ''),
  }))
}

/** A docstring without its stars, up to its first tag. */
const plain = (doc: string): string =>
  doc
    .replaceAll(/^\s*\*? ?/gm, '')
    .split(/^@/m)[0]!
    .replaceAll(/\s+/g, ' ')
    .trim()

/** Every public symbol of @guildhall/sdk, file by file. */
export function sdkPage(root: string): string {
  const folder = join(root, 'sdk')
  const inside = (path: string) => readFileSync(join(folder, path), 'utf8')
  const modules = globSync('**/*.ts', { cwd: folder, exclude: (name) => String(name) === 'node_modules' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !path.endsWith('index.ts'))
    .toSorted()
  return [
    ...openingOf('SDK', '`sdk/`'),
    'What `@guildhall/sdk` exports. [Plugin development](../plugins.md) shows how it is used; the docstrings in the source say more.',
    '',
    ...modules.flatMap((path) => {
      const found = exportsOf(inside(path)).filter(({ name }) => !isInner(path, name, inside))
      if (found.length === 0) return []
      const rows = found.map(({ name, kind, says }) => [code(name), kind, says])
      return [`## ${path}`, '', ...tableOf(['name', 'kind', 'what it is'], rows)]
    }),
  ].join('\n')
}

/** Files of a folder export to each other too; its index names what leaves it. */
function isInner(path: string, name: string, inside: (path: string) => string): boolean {
  const at = path.lastIndexOf('/')
  return at > 0 && !new RegExp(`\\b${name}\\b`).test(inside(`${path.slice(0, at)}/index.ts`))
}
