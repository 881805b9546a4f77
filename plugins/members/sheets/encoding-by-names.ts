import { textDecoder } from './code-page.ts'
import { SINGLE_BYTE_ENCODINGS, type TextEncoding } from './format.ts'
import type { HeaderWords } from './header-words.ts'

const LINES = 20
const FOREIGN = /[^\p{ASCII}]/u

/**
 * The encoding in which most names of columns are known: `Pøíjmení` is nothing and `Příjmení` a family name. Where the
 * names do not tell, it is the one that the letters of the file told.
 */
export function encodingByNames(head: Buffer, guessed: TextEncoding, words: HeaderWords): TextEncoding {
  if (!(SINGLE_BYTE_ENCODINGS as readonly TextEncoding[]).includes(guessed)) return guessed
  const known = (encoding: TextEncoding): number => {
    const lines = textDecoder(encoding)
      .decode(head.subarray(0, 64 * 1024), { stream: true })
      .split(/\r\n?|\n/)
    const cells = lines
      .slice(0, LINES)
      .flatMap((line) => line.split(/[;,\t|]/).map((cell) => cell.replace(/^"|"$/g, '')))
    return cells.filter((cell) => FOREIGN.test(cell) && words.knows(cell)).length
  }
  const most = SINGLE_BYTE_ENCODINGS.map((encoding) => ({ encoding, names: known(encoding) }))
  const usual = most.find(({ encoding }) => encoding === guessed)!
  return most.reduce((best, one) => (one.names > best.names ? one : best), usual).encoding
}
