import { stripVTControlCharacters } from 'node:util'

/** Lines in a frame, as wide as the widest; an empty one separates. */
export function box(title: string, lines: readonly string[]): string {
  const wide = Math.max(title.length + 2, ...lines.map(width))
  const row = (line: string) => `│ ${line}${' '.repeat(wide - width(line))} │`
  return [
    `╭─ ${title} ${'─'.repeat(Math.max(0, wide - title.length - 1))}╮`,
    ...lines.map(row),
    `╰${'─'.repeat(wide + 2)}╯`,
  ].join('\n')
}

const width = (line: string): number => stripVTControlCharacters(line).length
