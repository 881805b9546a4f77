/** A cell or a field as one text: a cell is one always, and what is there may be a number or an object. Nothing is ''. */
export function written(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const SHOWN = 200

/**
 * The same for whoever corrects the file: as much as fits into a line; null where nothing stands. What is quoted may be
 * anything, so characters the database cannot keep are shown as U+FFFD, and none is cut in half.
 */
export function quoted(value: unknown): string | null {
  if (value === undefined || value === null) return null
  // A character takes two units at most: the rest of a long cell is not looked at.
  const characters = Array.from(written(value).slice(0, SHOWN * 2 + 1)).slice(0, SHOWN)
  return characters
    .join('')
    .toWellFormed()
    .replace(/\p{Cc}/gu, (control) => (/\s/.test(control) ? ' ' : '\uFFFD'))
}
