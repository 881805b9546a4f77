// Where the text of a module without its types is kept: under the hash of its source, so that a change is never missed.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './root.mjs'

/** Node's own version belongs to it: another one may take types out otherwise. */
const folder = join(root, 'node_modules', '.cache', `guildhall-text-${process.versions.node}`)
const ours = pathToFileURL(`${root}${sep}`).href

/** @param {string} url of a module */
export const isOurs = (url) => url.startsWith(ours) && url.endsWith('.ts') && !url.includes('/node_modules/')

const placeOf = (source) => join(folder, `${createHash('sha256').update(source).digest('hex')}.js`)

/** @param {Buffer} source @returns {string | undefined} */
export function keptText(source) {
  try {
    return readFileSync(placeOf(source), 'utf8')
  } catch {
    return undefined
  }
}

/** Whole or not at all: others may read at the same moment. */
export function keepText(source, text) {
  mkdirSync(folder, { recursive: true })
  const place = placeOf(source)
  const draft = `${place}.${process.pid}`
  writeFileSync(draft, text)
  renameSync(draft, place)
}
