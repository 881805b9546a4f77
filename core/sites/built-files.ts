import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** One built file as it is served. Bodies stay on the disk: an idle server does not carry them. */
export interface BuiltFile {
  readonly path: string
  readonly type: string
  readonly bytes: number
  readonly etag: string
  /** The same file, packed at the build. */
  readonly gzip: { readonly path: string; readonly bytes: number } | null
}

/** The page, and what it loads by file name. Nothing else can be asked for: a name that is not a key is not there. */
export interface BuiltFiles {
  readonly page: BuiltFile
  readonly assets: ReadonlyMap<string, BuiltFile>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Null when there is no `index.html`: the site has not been built. Files of a type we do not serve are left out. */
export async function readBuiltFiles(folder: string): Promise<BuiltFiles | null> {
  const page = await builtFile(folder, 'index.html')
  if (!page) return null
  const at = join(folder, 'assets')
  const names = await readdir(at).catch(() => [])
  const found = await Promise.all(names.map(async (name) => [name, await builtFile(at, name)] as const))
  return { page, assets: new Map(found.flatMap(([name, file]) => (file ? [[name, file]] : []))) }
}

async function builtFile(folder: string, name: string): Promise<BuiltFile | null> {
  const type = types[extname(name)]
  const path = join(folder, name)
  const size = type ? await bytesOf(path) : null
  if (!type || size === null) return null
  const packed = await bytesOf(`${path}.gz`)
  const hash = createHash('sha256').update(await readFile(path))
  return {
    path,
    type,
    bytes: size,
    etag: `"${hash.digest('base64url').slice(0, 22)}"`,
    gzip: packed === null ? null : { path: `${path}.gz`, bytes: packed },
  }
}

const bytesOf = (path: string): Promise<number | null> =>
  stat(path).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  )
