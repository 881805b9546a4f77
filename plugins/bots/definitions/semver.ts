/** Semantic versions (semver.org §11), as far as a catalogue needs them: which of two is newer. */
const shape = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]{1,60}))?(?:\+[0-9A-Za-z.-]{1,60})?$/

const number = /^\d+$/
function compareLabels(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')]
  for (const [i, one] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    if (one === other) continue
    const numbers = [number.test(one), number.test(other)]
    if (numbers[0] && numbers[1]) return Number(one) - Number(other)
    if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1
    return one < other ? -1 : 1
  }
  return left.length - right.length
}

/** Positive when `a` is newer. What is no semantic version is older than all. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [shape.exec(a), shape.exec(b)]
  if (!left || !right) return Number(Boolean(left)) - Number(Boolean(right)) || (a < b ? -1 : Number(a > b))
  for (const i of [1, 2, 3]) {
    const difference = Number(left[i]) - Number(right[i])
    if (difference !== 0) return difference
  }
  if (left[4] === right[4]) return 0
  if (left[4] === undefined) return 1
  if (right[4] === undefined) return -1
  return compareLabels(left[4], right[4])
}
