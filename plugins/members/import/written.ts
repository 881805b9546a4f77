/** A cell or a field as one text: a cell is one always, and what is there may be a number or an object. Nothing is ''. */
export function written(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The same for whoever corrects the file: as much as fits into a line; null where nothing stands. */
export const quoted = (value: unknown): string | null =>
  value === undefined || value === null ? null : written(value).slice(0, 200)
