/** The first lines of a page that is made from the code. */
export const openingOf = (title: string, source: string): string[] => [
  `# ${title}`,
  '',
  `Made from ${source} by \`npm run docs:generate\`. Changes belong there.`,
  '',
]

/** A Markdown table; a cell holds no line end and no bar. */
export function tableOf(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cellOf).join(' | ')} |`
  return [line(headings), `|${headings.map(() => '---').join('|')}|`, ...rows.map(line), '']
}

const cellOf = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()

export const code = (text: string): string => `\`${text}\``
