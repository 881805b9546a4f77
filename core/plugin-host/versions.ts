type Version = readonly [number, number, number]

const parse = (text: string): Version | null => {
  const match = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text)
  return match ? [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)] : null
}
const compare = (a: Version, b: Version) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]

/** The ranges plugins use: `*`, `1.2.3`, `^1.2`, `~1.2.3`, `>=1.2`. @throws for anything else, rather than guess. */
export function satisfies(version: string, range: string): boolean {
  if (range === '*') return true
  const match = /^(\^|~|>=)?\s*(\d+(?:\.\d+){0,2})$/.exec(range.trim())
  const have = parse(version)
  const want = match ? parse(match[2] as string) : null
  if (!match || !have || !want)
    throw new Error(`The version range "${range}" is not understood; use *, 1.2.3, ^1.2.3, ~1.2.3 or >=1.2.3`)
  if (compare(have, want) < 0) return false
  switch (match[1]) {
    case '>=':
      return true
    case '~':
      return have[0] === want[0] && have[1] === want[1]
    case '^':
      // Below 1.0 the second number breaks.
      return have[0] === want[0] && (want[0] > 0 || have[1] === want[1])
    default:
      return compare(have, want) === 0
  }
}
