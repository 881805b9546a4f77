import { createHash } from 'node:crypto'

const names = new Map<string, string>()

/** The name under which a statement is kept on a connection: the same text has the same one in every process. */
export function preparedName(text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = `guildhall-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
  names.set(text, name)
  return name
}

/** So often a text is seen before it is kept; so many are kept, since each costs every connection some memory. */
const often = 5
const mostKept = 100
const mostWatched = 1_000
const frequent = new Map<string, string>()
const seen = new Map<string, number>()

/**
 * The name of a statement that is not known beforehand to be a frequent one, such as a page of a list under some filter:
 * undefined until it has proven to be, and for all others once as many are kept as may be.
 */
export function frequentName(text: string): string | undefined {
  const known = frequent.get(text)
  if (known !== undefined || frequent.size >= mostKept) return known
  const times = (seen.get(text) ?? 0) + 1
  if (times < often) {
    if (seen.size >= mostWatched) seen.clear()
    seen.set(text, times)
    return undefined
  }
  seen.delete(text)
  const name = preparedName(text)
  frequent.set(text, name)
  return name
}
