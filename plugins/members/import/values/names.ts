import type { Parsed } from './parsed.ts'

export interface PersonName {
  title?: string
  firstName: string
  middleName?: string
  lastName: string
  suffix?: string
}

const TITLE = /^(prof\.?|dr\.?|dipl\.-?\p{L}*\.?|mag\.?|ing\.?|med\.|phil\.|jur\.|rer\.|nat\.|h\.c\.|rev\.?|hon\.?)$/iu
const SALUTATION = /^(herrn?|frau|mr\.?|mrs\.?|ms\.?|miss|mx\.?|familie)$/i
const SUFFIX = /^(jr\.?|sr\.?|junior|senior|ii|iii|iv|v|ph\.?d\.?|m\.?d\.?|esq\.?|mba)$/i
/** Words that belong to the family name behind them. */
const PARTICLE =
  /^(von|vom|van|zu|zum|zur|der|den|dem|de|del|della|di|da|do|dos|du|la|le|ten|ter|al|el|bin|ibn|st\.|mac|af|av)$/i

/**
 * Takes a full name apart: `Nachname, Vorname`, `First Last`, with titles, suffixes and particles (`Dr. Anna von der
 * Heide`). Without a comma the last word, and the particles before it, are the family name.
 */
export function parseFullName(text: string): Parsed<PersonName> {
  const parts = text
    .split(',')
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
  let suffix = ''
  while (parts.length > 1 && SUFFIX.test(parts.at(-1)!)) suffix = [parts.pop()!, suffix].filter(Boolean).join(' ')
  if (parts.length > 2) return { problem: 'More than one name.', accepted: 'one person, as First Last or Last, First' }
  const titles: string[] = []
  const strip = (words: string[]) => {
    while (words.length > 1 && (SALUTATION.test(words[0]!) || TITLE.test(words[0]!))) {
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
    return { value: compose(titles, first.join(' '), '', [...particles, last].join(' '), suffix) }
  }
  const words = strip((parts[0] ?? '').split(' '))
  let cut = words.length - 1
  while (cut > 1 && PARTICLE.test(words[cut - 1]!)) cut--
  const lastName = words.slice(Math.max(cut, 0)).join(' ')
  if (!lastName) return { problem: 'Not a name.', accepted: 'First Last or Last, First' }
  if (cut <= 0) {
    return { value: compose(titles, '', '', lastName, suffix), notice: 'Only one word; taken as the family name.' }
  }
  return { value: compose(titles, words[0]!, words.slice(1, cut).join(' '), lastName, suffix) }
}

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
