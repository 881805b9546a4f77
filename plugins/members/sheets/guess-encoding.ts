import { NEIGHBOUR, type Neighbour, surroundings } from './byte-census.ts'
import { upperHalf } from './code-page.ts'
import { SINGLE_BYTE_ENCODINGS, type SingleByteEncoding } from './format.ts'

/** Letters by how much they speak for an encoding: an umlaut within a word is hardly ever chance. */
const GERMAN = new Set('äöüßÄÖÜ')
const FRENCH = new Set('éèàçêëôîïûÉÈÀÇÊ')
const WESTERN = new Set('áâíìóòúùñøåæãõÁÂËÎÏÍÓÔÚÛÑØÅÆ')
const CENTRAL = new Set('ąćčďęěğłńňőřśšťůűýźżžĄĆČĎĘĚŁŃŇŐŘŚŠŤŮŰÝŹŻŽ')
const OPENING = new Set('„“‚‘«»‹›')
const CLOSING = new Set('”“’‘»«›‹')
/** What no list of people holds. */
const ODD = /[\p{Cc}\u2200-\u25FF¬¦ƒªºµΩπ∂ﬁﬂ‡†‗ˆ˜]/u

/** How much better another encoding has to fit than Windows-1252, which most files have. */
const FAR = 3
/** Bytes that make no sense anywhere before a file is refused: one may be a trade mark within a name. */
const NONSENSE = 3

/**
 * Which encoding makes words of the bytes: the same byte is a letter within a word in one and a sign in the other, or a
 * capital behind a small letter.
 * @param seen Of the census.
 * @returns null where none of them makes sense of the file
 */
export function guessEncoding(seen: Uint32Array): SingleByteEncoding | null {
  const scores = SINGLE_BYTE_ENCODINGS.map((encoding) => ({ encoding, score: scoreOf(encoding, seen) }))
  const usual = scores[0]!
  const best = scores.reduce((a, b) => (b.score > a.score ? b : a))
  const bytes = seen.reduce((sum, times) => sum + times, 0)
  if (bytes >= NONSENSE && best.score < 0 && -best.score >= bytes) return null
  return best.score > 2 && best.score > usual.score * FAR ? best.encoding : usual.encoding
}

const NEIGHBOURS: readonly Neighbour[] = Object.values(NEIGHBOUR)

function scoreOf(encoding: SingleByteEncoding, seen: Uint32Array): number {
  let score = 0
  Array.from(upperHalf(encoding)).forEach((character, index) => {
    for (const before of NEIGHBOURS)
      for (const after of NEIGHBOURS) {
        const times = seen[surroundings(index + 128, before, after)]!
        if (times > 0) score += times * points(character, before, after)
      }
  })
  return score
}

function points(character: string, before: Neighbour, after: Neighbour): number {
  if (ODD.test(character)) return /\p{Cc}/u.test(character) ? -4 : -2
  const alone = before === NEIGHBOUR.none && after === NEIGHBOUR.none
  if (/\p{L}/u.test(character)) return alone ? 0 : letterPoints(character, before, after)
  const within = isLetter(before) && isLetter(after)
  if (within) return character === '’' ? 2 : character === '–' || character === '·' ? 0 : -2
  if (before === NEIGHBOUR.none && isLetter(after) && OPENING.has(character)) return 2
  return after === NEIGHBOUR.none && isLetter(before) && CLOSING.has(character) ? 2 : 0
}

const isLetter = (neighbour: Neighbour): boolean => neighbour !== NEIGHBOUR.none

function letterPoints(character: string, before: Neighbour, after: Neighbour): number {
  const capital = character !== character.toLowerCase()
  if (capital && (before === NEIGHBOUR.lower || (before === NEIGHBOUR.upper && after === NEIGHBOUR.lower))) return -2
  const small = !capital && character !== 'ß'
  if (small && after === NEIGHBOUR.upper) return -1
  if (GERMAN.has(character)) return 3
  if (FRENCH.has(character)) return 2.5
  if (WESTERN.has(character)) return 2
  return CENTRAL.has(character) ? 1 : 0
}
