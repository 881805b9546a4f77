/** Whether a value is JSON of a bearable size, found out without recursion: what comes here may be made to break us. */

/** Nested deeper, nothing is read at all. */
const deepest = 64

/**
 * Why a value is not taken on; null: it is plain JSON of at most `bytes` bytes.
 * Counts as it goes and stops at the limit, so that a megabyte costs no more than the limit does.
 */
export function jsonFault(value: unknown, bytes: number): string | null {
  const tooLarge = `Shorten it to ${bytes / 1024} KB`
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  let size = 0
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: at, depth } = next
    if (depth > deepest) return 'It is nested too deeply'
    if (typeof at === 'string') {
      if (at.length > bytes) return tooLarge
      size += utf8(JSON.stringify(at))
    } else if (typeof at === 'number' && Number.isFinite(at)) size += String(at).length
    else if (typeof at === 'boolean' || at === null) size += 5
    else if (Array.isArray(at)) {
      if (at.length > bytes) return tooLarge
      size += 2 + at.length
      for (const item of at) open.push({ value: item, depth: depth + 1 })
    } else if (isPlain(at)) {
      for (const name in at) {
        size += name.length + 4
        if (size > bytes) return tooLarge
        open.push({ value: at[name], depth: depth + 1 })
      }
      size += 2
    } else return 'Only JSON can be kept: objects, lists, texts, finite numbers, true, false, null'
    if (size > bytes) return tooLarge
  }
  return null
}

const utf8 = (text: string): number => new TextEncoder().encode(text).length
const isPlain = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
