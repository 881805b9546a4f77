// Takes the types out of every module of a server whose text is not kept yet. Types become spaces: lines stay.
import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { keepText, keptText } from './kept-texts.mjs'
import { root } from './root.mjs'

const folders = ['core', 'plugins', 'sdk', 'bots', 'migrations']
const sources = globSync(
  folders.map((folder) => `${folder}/**/*.ts`),
  { cwd: root, exclude: ['**/node_modules/**', '**/*.d.ts'] },
)
for (const file of sources) {
  const source = readFileSync(join(root, file))
  if (keptText(source) !== undefined) continue
  let text
  try {
    text = stripTypeScriptTypes(source.toString())
  } catch {
    // Whoever imports it hears from Node what is wrong.
    continue
  }
  keepText(source, text)
}
