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
