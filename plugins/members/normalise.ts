/**
 * One way to write and to compare the texts of a register. `normaliseText` is what we store; the keys are what we
 * compare: searching and duplicates must find Müller, Mueller and Muller for each other.
 */

import { heapsMarks } from '@guildhall/sdk'

/** C0 and C1 controls, and the marks that reorder text so that it reads as something else. */
const UNPRINTABLE = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u

export class UnprintableText extends Error {
  constructor() {
    super('The text holds control characters. Remove them; letters, digits, signs and spaces are accepted.')
    this.name = 'UnprintableText'
  }
}

/**
 * NFC, trimmed, runs of white space collapsed to one space. With `lines`, line breaks are kept (as `\n`).
 * @throws {UnprintableText} when a control character or half a surrogate pair remains, or marks are heaped upon a letter.
 */
export function normaliseText(text: string, { lines = false } = {}): string {
  if (lines) {
    return text
      .split(/\r\n|\r|\n/)
      .map((line) => normaliseText(line))
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  }
  if (heapsMarks(text)) throw new UnprintableText()
  const clean = text.normalize('NFC').replace(/\s+/g, ' ').trim()
  if (UNPRINTABLE.test(clean) || !clean.isWellFormed()) throw new UnprintableText()
  return clean
}

/** Letters whose stroke or ligature Unicode does not take apart. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  ŧ: 't',
  ĸ: 'k',
}
const TRANSCRIBED: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' }

/** Lower case without accents: `Łukasz Müller` is `lukasz muller`. */
export function foldText(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæœøłđðþħıŋŧĸ]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFC')
}

/** Lower case with umlauts written out, as passports and old software do: `Müller` is `mueller`. */
function transcribe(text: string): string {
  return foldText(
    text
      .normalize('NFC')
      .toLowerCase()
      .replace(/[äöüåø]/g, (letter) => TRANSCRIBED[letter] ?? letter),
  )
}

/**
 * The text a search looks in: all parts folded, and again with umlauts written out where that differs. A query is
 * folded with `foldText` and found word by word.
 */
export function searchText(...parts: readonly (string | null | undefined)[]): string {
  const words = new Set<string>()
  for (const part of parts) {
    if (!part) continue
    for (const word of `${foldText(part)} ${transcribe(part)}`.split(/\s+/)) if (word) words.add(word)
  }
  return [...words].join(' ')
}

/**
 * Equal for people whose names are probably the same: Müller, Mueller and Muller, Anna-Lena and Anna Lena. Not for
 * showing, and not unique: it also lets `Manuel` and `Manul` meet.
 */
export function nameKey(firstName: string, lastName: string): string {
  return `${soundKey(lastName)}|${soundKey(firstName)}`
}

function soundKey(text: string): string {
  return transcribe(text)
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/aa/g, 'a')
    .replace(/([aou])e/g, '$1')
}

/** Equal for one mailbox: addresses are compared without case and outer spaces. */
export function emailKey(email: string): string {
  return email.normalize('NFC').trim().toLowerCase()
}
