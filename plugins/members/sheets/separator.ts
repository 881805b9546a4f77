/** What separates cells in files found in the wild. The order breaks ties. */
export const SEPARATORS = [';', '\t', ',', '|'] as const

/** Excel's own hint: a first line `sep=;` names the separator and is no row. */
export function declaredSeparator(text: string): string | null {
  return /^\uFEFF?"?sep=(.)"?(?:\r\n|\r|\n|$)/i.exec(text)?.[1] ?? null
}

/**
 * Finds the separator of a sample of the file: the one whose number of cells a row is the most constant, more cells
 * before fewer. Separators inside quotes do not count; a separator that is mostly followed by a space is punctuation.
 * @param complete Whether the sample is the whole file; if not, its last row is cut and left out.
 */
export function detectSeparator(sample: string, complete: boolean): string {
  const rows = countSeparators(sample)
  if (!complete && rows.length > 1) rows.pop()
  let best: string = ','
  let bestScore = 0
  SEPARATORS.forEach((separator, index) => {
    const widths = new Map<number, number>()
    let total = 0
    let spaced = 0
    for (const row of rows) {
      const count = row.counts[index]!
      total += count
      spaced += row.spaced[index]!
      widths.set(count, (widths.get(count) ?? 0) + 1)
    }
    if (total === 0) return
    let score = 0
    for (const [count, times] of widths) {
      if (count > 0) score = Math.max(score, (times / rows.length) * (1 + Math.min(count, 50) / 100))
    }
    if (spaced > total * 0.6) score *= 0.5
    if (score > bestScore) {
      best = separator
      bestScore = score
    }
  })
  return best
}

interface RowCount {
  counts: number[]
  spaced: number[]
}

/** Counts each candidate in each row. A quote opens only where a cell begins: `5" pipe` is a text with an inch mark. */
function countSeparators(sample: string): RowCount[] {
  const rows: RowCount[] = []
  let row = emptyRow()
  let cellStart = true
  let quoted = false
  let blank = true
  const end = () => {
    if (!blank) rows.push(row)
    row = emptyRow()
    cellStart = true
    blank = true
  }
  for (let i = sample.charCodeAt(0) === 0xfeff ? 1 : 0; i < sample.length; i++) {
    const character = sample[i]!
    if (quoted) {
      if (character === '"') {
        if (sample[i + 1] === '"') i++
        else quoted = false
      }
      continue
    }
    if (character === '\n' || character === '\r') {
      end()
      continue
    }
    const index = (SEPARATORS as readonly string[]).indexOf(character)
    if (index >= 0) {
      row.counts[index]!++
      if (sample[i + 1] === ' ') row.spaced[index]!++
      cellStart = true
      blank = false
    } else if (character === '"' && cellStart) {
      quoted = true
      cellStart = false
      blank = false
    } else if (character !== ' ') {
      cellStart = false
      blank = false
    }
  }
  end()
  return rows
}

function emptyRow(): RowCount {
  return { counts: SEPARATORS.map(() => 0), spaced: SEPARATORS.map(() => 0) }
}
