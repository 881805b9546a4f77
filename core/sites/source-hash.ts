import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Beside the built files: the hash of the source they were built from. */
export const hashFile = '.source-hash'

/** Never part of a source: what is installed, and what was built from it. */
const madeOf = new Set(['node_modules', 'dist'])

/** One hash over names and contents of every file in the folders. Dates do not count: a checkout changes them all. */
export async function sourceHash(folders: readonly URL[]): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of folders.map((url) => fileURLToPath(url))) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    for (const path of paths.sort()) {
      const name = relative(folder, path)
      if (name.split(sep).some((part) => madeOf.has(part))) continue
      hash.update(`${name.replaceAll(sep, '/')}\0`).update(await readFile(path))
    }
  }
  return hash.digest('hex')
}
