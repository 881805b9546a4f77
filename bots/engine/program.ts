/** The program of a runner as one text, read once: what is deployed under a running node does not reach its runners. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/**
 * The module with the files it imports inside it, as `data:` addresses; the same file is the same module wherever it stands.
 * Each keeps its name, so that what a runner says when it dies can be read.
 */
export function programText(file: URL): string {
  const inlined = (path: string): string =>
    `data:text/javascript;base64,${Buffer.from(programText(new URL(path, file))).toString('base64')}`
  const text = readFileSync(file, 'utf8').replaceAll(/(?<=\bfrom ')\.[^']*(?=')/g, inlined)
  return `${text}\n//# sourceURL=${basename(file.pathname)}\n`
}
