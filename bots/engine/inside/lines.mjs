const newline = 10

/**
 * What arrives in pieces, as lines; JSON has no line break inside. Used on both ends of the wire.
 * @param {(line: string) => void} take
 * @param {number} [most] bytes of a line; where more come, `tooLong` is told, and the rest is not looked at
 * @param {() => void} [tooLong]
 * @returns {(piece: Buffer) => void} a piece may be overwritten afterwards
 */
export function lines(take, most = Number.POSITIVE_INFINITY, tooLong = () => undefined) {
  let held = Buffer.alloc(0)
  let length = 0
  let over = false

  /** Grows by doubling: whoever sends single bytes makes nobody copy a line once for each of them. */
  function hold(piece) {
    if (length + piece.length > held.length) {
      const larger = Buffer.allocUnsafe(2 * (length + piece.length))
      held.copy(larger, 0, 0, length)
      held = larger
    }
    length += piece.copy(held, length)
  }
  function whole(piece, from, to) {
    if (length === 0) return piece.utf8Slice(from, to)
    hold(piece.subarray(from, to))
    const line = held.utf8Slice(0, length)
    held = Buffer.alloc(0)
    length = 0
    return line
  }
  return (piece) => {
    let from = 0
    for (let to = piece.indexOf(newline); to >= 0 && !over; to = piece.indexOf(newline, from)) {
      over = length + to - from > most
      if (!over) take(whole(piece, from, to))
      from = to + 1
    }
    over ||= length + piece.length - from > most
    if (over) tooLong()
    else if (from < piece.length) hold(piece.subarray(from))
  }
}
