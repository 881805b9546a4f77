import type { Parsed } from './parsed.ts'

/**
 * A list in one cell. Semicolons, bars and line breaks separate; commas only when none of them is there. Repeated
 * entries are left out, without regard to case.
 */
export function parseList(text: string): Parsed<string[]> {
  const separator = /[;|\n\r]/.test(text) ? /[;|\n\r]+/ : /,/
  const seen = new Map<string, string>()
  for (const part of text.split(separator)) {
    const entry = part.replace(/\s+/g, ' ').trim()
    if (entry && !seen.has(entry.toLowerCase())) seen.set(entry.toLowerCase(), entry)
  }
  return { value: [...seen.values()] }
}
