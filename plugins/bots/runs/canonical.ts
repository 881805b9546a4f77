/** One text for one value, whatever the order of keys: what a retry asks is compared by its hash. */
import { createHash } from 'node:crypto'

/** JSON of a call nests no deeper. */
export const deepest = 64

/** @throws RangeError when it nests deeper than `deepest` */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > deepest) throw new RangeError(`Nest at most ${deepest} levels`)
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null, depth + 1)).join()}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item, depth + 1)}`).join()}}`
  }
  return JSON.stringify(value ?? null)
}

export const hashOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex')
