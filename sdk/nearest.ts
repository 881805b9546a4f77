/** Of these names the one that somebody may have meant, as far as a slip of the fingers goes; null: none. */
function nearestName(name: string, names: Iterable<string>): string | null {
  const asked = name.slice(0, 120).toLowerCase()
  const most = Math.max(1, Math.floor(asked.length / 5))
  let [found, least]: [string | null, number] = [null, most + 1]
  for (const one of names) {
    if (Math.abs(one.length - asked.length) >= least) continue
    const apart = changesBetween(asked, one.toLowerCase())
    if (apart < least) [found, least] = [one, apart]
  }
  return found
}

/** A question that follows a refusal, or nothing. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const found = nearestName(name, names)
  return found === null ? '' : `; did you mean "${found}"?`
}

/** Letters put in, left out or changed. */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
