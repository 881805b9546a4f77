import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import pg from 'pg'
import { coreMigrations } from '#migrations/core/index.ts'
import { documentedPlugins, referencePages } from '../../docs/index.ts'
import { createTestDatabase } from '../../testing/index.ts'
import { buildProgram } from '../program.ts'
import { commandsPage } from '../reference-page.ts'
import type { Output } from '../terminal/output.ts'

const root = resolve(import.meta.dirname, '../../..')

/** Every page that is made from the code, by path from the project's root; a database of its own is made for it. */
export async function generatedPages(): Promise<Map<string, string>> {
  const host = await documentedPlugins()
  const database = await createTestDatabase([coreMigrations, ...host.migrations])
  const client = new pg.Client({ connectionString: database.ownerUrl })
  try {
    await client.connect()
    const pages = await referencePages(host, client, root)
    return pages.set('docs/reference/cli.md', commandsPage(buildProgram()))
  } finally {
    await client.end()
    await database.drop()
  }
}

export async function run(_o: object, output: Output): Promise<void> {
  const changed: string[] = []
  for (const [path, text] of await generatedPages()) {
    const file = join(root, path)
    if ((await readFile(file, 'utf8').catch(() => null)) === text) continue
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
    changed.push(path)
  }
  output.result({ changed }, changed.length === 0 ? 'Every page is up to date.' : `Wrote ${changed.join(', ')}.`)
}
