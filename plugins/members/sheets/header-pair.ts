import type { HeaderWords } from './header-words.ts'

/**
 * Whether the row below a header divides its headings: `Straße`, `PLZ`, `Ort` below an `Adresse` that spans three
 * columns. A merged cell has its text in the first column, so the others are empty above.
 */
export function divides(upper: readonly string[], lower: readonly string[], words: HeaderWords): boolean {
  const filled = lower.flatMap((text, i) => (text === '' ? [] : [i]))
  const known = filled.filter((i) => words.knows(lower[i]!))
  const spanned = (i: number) => i > 0 && (upper[i] === undefined || upper[i] === '' || upper[i] === upper[i - 1])
  return known.length * 3 >= filled.length * 2 && known.some(spanned)
}

/** Whether a row above a header holds headings; one text alone is the title of the list. */
export const heads = (upper: readonly string[], words: HeaderWords): boolean => {
  const filled = upper.filter((text) => text !== '')
  return filled.length > 1 || (filled.length === 1 && words.knows(filled[0]!))
}

/**
 * One header out of two rows. A column has the lower text; where that is empty the upper one, which is merged downwards;
 * where the heading makes it another matter, or tells it from a column of the same name, both.
 */
export function joinPair(upper: readonly string[], lower: readonly string[], words: HeaderWords): string[] {
  let heading = ''
  const seen = new Set<string>()
  return Array.from({ length: Math.max(upper.length, lower.length) }, (_, i) => {
    const above = upper[i] ?? ''
    const text = lower[i] ?? ''
    if (above !== '' || text === '') heading = text === '' ? '' : above
    const meant = text === '' ? above : heading === '' ? text : words.under(heading, text)
    const name = meant !== '' && heading !== '' && seen.has(meant.toLowerCase()) ? `${heading} ${text}` : meant
    seen.add(name.toLowerCase())
    return name
  })
}
