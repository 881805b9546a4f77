import { isFirm } from './firms.ts'
import type { Parsed } from './parsed.ts'

export interface PersonName {
  title?: string
  firstName: string
  middleName?: string
  lastName: string
  suffix?: string
  /** Not a person: the whole name, with the others empty. */
  firm?: string
}

const TITLE =
  /^((prof|dr|mag|pd|ing|dipl|med|phil|jur|rer|nat|oec|pol|theol|vet|dent|habil|rev|hon|mdb|mdl|stb)\.?|h\.\s?c\.|dipl\.-?\p{L}*\.?|(prof|dr|dipl)[.-]+\p{L}[\p{L}.-]*|m\.?sc\.?|b\.?sc\.?|m\.a\.|b\.a\.|mba)$/iu
/** Whether a word is an academic title or a part of one, such as `Dr.` or `med.`. */
export const isTitle = (word: string): boolean => TITLE.test(word)

/** Titles that stand before a name, and the name. */
export function withoutTitles(text: string): { titles: string; name: string } {
  const words = text.split(/\s+/)
  const titles: string[] = []
  while (words.length > 1 && isTitle(words[0]!)) titles.push(words.shift()!)
  return { titles: titles.join(' '), name: words.join(' ') }
}

const SALUTATION = /^(herrn?|hr\.|frau|fr\.|mr\.?|mrs\.?|ms\.?|miss|mx\.?|familie|fam\.)$/i
const SUFFIX = /^(jr\.?|sr\.?|jun\.|sen\.|junior|senior|ii|iii|iv|v|ph\.?d\.?|m\.?d\.?|esq\.?|mba)$/i
/** Whether a text is nothing but words that belong to the family name behind them: `von der`, `Freiherr von`. */
export const isPrefix = (text: string): boolean => text.split(/\s+/).every((word) => PARTICLE.test(word))

/** Words that belong to the family name behind them; ranks of nobility are parts of names in German law. */
const PARTICLE =
  /^(von|vom|van|v\.|zu|zum|zur|und|der|den|dem|de|del|della|di|da|do|dos|du|la|le|ten|ter|al|el|bin|ibn|st\.|mac|af|av|frei(herr|frau|in)|frhr\.|gr(af|äfin)|baron(in)?|prinz(essin)?|fürst(in)?|edler?|ritter)$/i

/**
 * Takes a full name apart: `Nachname, Vorname`, `First Last`, with titles, suffixes and particles (`Dr. Anna von der
 * Heide`). Without a comma the last word, and the particles before it, are the family name.
 * @param o.lastFirst the header says so: `Heide Anna` without a comma. Default false
 */
export function parseFullName(text: string, o: { lastFirst?: boolean } = {}): Parsed<PersonName> {
  if (isFirm(text)) return { value: { firstName: '', lastName: '', firm: text } }
  const [birthName = ''] = BIRTH_NAME.exec(text) ?? []
  if (birthName === '') return parsePerson(text, o)
  const parsed = parsePerson(text.replace(birthName, ''), o)
  return 'problem' in parsed ? parsed : { ...parsed, rest: birthName.replace(/^[\s,(]+|[\s)]+$/g, '') }
}

/** The name before the marriage, which stands behind the name or within it: `Alt, Rosa, geb. Neu`. */
const BIRTH_NAME = /[\s,(]+(?:geb\.|geborener?|née|born)\s+\p{L}[\p{L}'’-]+\)?/iu

function parsePerson(text: string, o: { lastFirst?: boolean }): Parsed<PersonName> {
  const parts = text
    .split(',')
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
  let suffix = ''
  while (parts.length > 1 && SUFFIX.test(parts.at(-1)!)) suffix = [parts.pop()!, suffix].filter(Boolean).join(' ')
  if (parts.length > 2) return { problem: 'More than one name.', accepted: 'one person, as First Last or Last, First' }
  const titles: string[] = []
  const strip = (words: string[]) => {
    while (words.length > 1 && (SALUTATION.test(words[0]!) || isTitle(words[0]!))) {
      const word = words.shift()!
      if (!SALUTATION.test(word)) titles.push(word)
    }
    while (words.length > 1 && SUFFIX.test(words.at(-1)!)) suffix = [words.pop()!, suffix].filter(Boolean).join(' ')
    return words
  }
  if (parts.length === 2) {
    const last = strip(parts[0]!.split(' ')).join(' ')
    const first = strip(parts[1]!.split(' '))
    // `Heide, Anna von der`: directories sort by the word without its particles.
    const particles: string[] = []
    while (first.length > 1 && PARTICLE.test(first.at(-1)!)) particles.unshift(first.pop()!)
    const given = parseGivenName(first.join(' '))
    return { ...given, value: compose(titles, first.join(' '), '', [...particles, last].join(' '), suffix) }
  }
  const words = strip((parts[0] ?? '').split(' '))
  if (o.lastFirst && words.length > 1) {
    let end = 1
    while (end < words.length - 1 && PARTICLE.test(words[end - 1]!)) end++
    return { value: compose(titles, words.slice(end).join(' '), '', words.slice(0, end).join(' '), suffix) }
  }
  let cut = words.length - 1
  while (cut > 1 && PARTICLE.test(words[cut - 1]!)) cut--
  const lastName = words.slice(Math.max(cut, 0)).join(' ')
  if (!lastName) return { problem: 'Not a name.', accepted: 'First Last or Last, First' }
  if (cut <= 0) {
    return { value: compose(titles, '', '', lastName, suffix), notice: 'Only one word; taken as the family name.' }
  }
  const given = words.slice(0, cut)
  // `Max und Eva Muster` are two people of one name, and no middle names.
  if (given.some((word) => /^(und|u\.|and|[&+])$/i.test(word)))
    return { value: compose(titles, given.join(' '), '', lastName, suffix), notice: TWO_PEOPLE }
  return { value: compose(titles, given[0]!, given.slice(1).join(' '), lastName, suffix) }
}

const TWO_PEOPLE =
  'Names two people: one member is made. Give each a row of his own if both are members; a shared e-mail address is no obstacle.'

/** First names; those of a couple in one cell are told. */
export const parseGivenName = (text: string): Parsed<string> =>
  /\p{L}\s*(?:[+&]|\s(?:und|u\.|and)\s)\s*\p{L}/u.test(text) ? { value: text, notice: TWO_PEOPLE } : { value: text }

function compose(
  titles: string[],
  firstName: string,
  middleName: string,
  lastName: string,
  suffix: string,
): PersonName {
  return {
    ...(titles.length > 0 && { title: titles.join(' ') }),
    firstName,
    ...(middleName && { middleName }),
    lastName,
    ...(suffix && { suffix }),
  }
}
