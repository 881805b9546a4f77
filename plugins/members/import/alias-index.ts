import { foldText } from '../normalise.ts'
import type { HeaderLanguage, ImportTarget } from './import-target.ts'

export interface Match {
  field: string
  alias: string
  /** 0: as the alias is written, 1: without case, accents and signs, 2: without a remark, 3: a part of the header. */
  distance: 0 | 1 | 2 | 3
  /** How usual the alias is for the field: 0 is the most usual. */
  rank: number
  language: HeaderLanguage | null
}

interface Known extends Omit<Match, 'distance'> {
  key: string
}

/** Behind the aliases of the languages the platform speaks. */
const LAST = 100

/** Headers shorter than this are too often part of other words: `ort` is in `Sportart`. */
const PARTIAL_LENGTH = 5

/** Some tools write headers in brackets: `[Join Date]`. */
const BRACKETED = /^\[([^[\]]+)\]$/

/** A header for comparing: folded, umlauts as one letter, without signs. `Straße + Nr.` is `strassenr`; `#` is a number. */
export function headerKey(header: string, between = ''): string {
  const words = header.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replace(/[#№]/g, ' nr ')
  return foldText(words)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replaceAll(' ', between)
}

/** What is in brackets or behind a colon is a remark: `Geburtsdatum (TT.MM.JJJJ)`. */
const bareKey = (header: string): string => headerKey(withoutRemark(header))
const withoutRemark = (header: string): string => header.replace(BRACKETED, '$1').replace(/[([:*].*$/, '')

/** Words beside a header that leave its meaning as it is: `Home-City`, `Mailing Street`, `Primäre E-Mail`. */
const FILLER =
  /^(home|mailing|primary|preferred|main|personal|private?[rs]?|primar(e|er|es)?|haupt|korr|korrespondenz|kontaktadress|full|current|1)$/
/** Databases write of what a record refers to how it is called: `Country/Name`. */
const NAME_OF = /(?<=\p{L})[./]name$/iu

/** The header without such words and without a word said twice: `Phone 1 Number (F)` is `phonenumber`. */
export function plainKey(header: string): string {
  const words = headerKey(withoutRemark(header).replace(NAME_OF, ''), ' ')
    .replace(/(\p{L})1$/u, '$1')
    .split(' ')
  return [...new Set(words.filter((word) => !FILLER.test(word)))].join('')
}

/** `Address (City)`, `Adresse: PLZ`, `Address | Primary | City`: the whole, and the part of it. */
const PART = /^\[?(.+?)\s*(?:[([:|]|\s[-–]\s)\s*(?:primary\s*[|-]\s*)?([^()[\]:|]+?)\s*[)\]]?$/i
/** `Name | First`: what is of what stands in front. */
const FRONT = /^\[?([^|]+?)\s*\|\s*([^|]+?)\]?$/

/** Headers are shorter than this; cells that are none may be long. */
const LONGEST = 120

/** The aliases of a target's fields, prepared for looking up headers. */
export class AliasIndex {
  readonly #known: readonly Known[]
  readonly #keys: ReadonlySet<string>

  constructor(target: ImportTarget) {
    this.#known = target.fields.flatMap((field) => {
      const one = (alias: string, rank: number, language: HeaderLanguage | null): Known => ({
        field: field.name,
        alias,
        rank,
        language,
        key: headerKey(alias),
      })
      return [
        one(field.name, 0, null),
        ...field.aliases.en.map((alias, rank) => one(alias, rank, 'en')),
        ...field.aliases.de.map((alias, rank) => one(alias, rank, 'de')),
        ...(target.others?.[field.name]?.split(' | ') ?? []).map((alias) => one(alias, LAST, null)),
      ]
    })
    this.#keys = new Set(this.#known.map(({ key }) => umlauts(key)))
  }

  /** Whether a whole header is an alias, a remark behind it aside. */
  knows(header: string): boolean {
    if (header.length > LONGEST) return false
    const key = headerKey(header)
    return key !== '' && (this.#keys.has(umlauts(key)) || this.#keys.has(umlauts(bareKey(header) || key)))
  }

  /** All claims of a header to fields, the best first; a partial one only when there is no better. */
  matches(column: string, language: HeaderLanguage): Match[] {
    const key = headerKey(column)
    const bare = bareKey(column) || key
    const lower = column.normalize('NFC').toLowerCase()
    const whole = this.#known.flatMap((known) => {
      if (umlauts(known.key) === umlauts(key)) return [match(known, known.alias.toLowerCase() === lower ? 0 : 1)]
      return umlauts(known.key) === umlauts(bare) ? [match(known, 2)] : []
    })
    const part = this.#partOf(column)
    if (part.length > 0) return part
    if (whole.length === 0) whole.push(...this.#plain(column))
    if (whole.length > 0) {
      const own = (m: Match) => (m.language === language || m.language === null ? 0 : 1)
      return whole.sort((a, b) => a.distance - b.distance || own(a) - own(b) || a.rank - b.rank)
    }
    return this.#known
      .filter((known) => known.key.length >= PARTIAL_LENGTH && isPart(column, known.key))
      .sort((a, b) => b.key.length - a.key.length)
      .map((known) => match(known, 3))
  }

  /** Claims of `Address (City)` to `address.city`. */
  #partOf(column: string): Match[] {
    const [, of = '', name = ''] = (column.length > LONGEST ? null : PART.exec(column)) ?? []
    if (name === '') return []
    const wholes = new Set(this.#known.filter(({ key }) => key === headerKey(of)).map(({ field }) => field))
    const key = umlauts(headerKey(name))
    const parts = this.#known.filter(
      (known) => umlauts(known.key) === key && wholes.has(known.field.replace(/\.\w+$/, '')),
    )
    return parts.filter(({ field }) => !wholes.has(field)).map((known) => match(known, 2))
  }

  #plain(column: string): Match[] {
    const found = this.#called(plainKey(column))
    return found.length > 0 ? found : this.#called(plainKey(column.replace(FRONT, '$2 $1')))
  }

  #called(key: string): Match[] {
    return key === ''
      ? []
      : this.#known.filter((known) => umlauts(known.key) === umlauts(key)).map((known) => match(known, 2))
  }

  /** The language whose aliases the headers match more often. */
  languageOf(columns: readonly string[]): HeaderLanguage {
    const count = { en: 0, de: 0 }
    for (const column of columns) {
      const key = headerKey(column)
      const languages = new Set(this.#known.filter((known) => known.key === key).map((known) => known.language))
      if (languages.has('en') && !languages.has('de')) count.en++
      if (languages.has('de') && !languages.has('en')) count.de++
      if (/[äöüß]/i.test(column)) count.de++
    }
    return count.de > count.en ? 'de' : 'en'
  }
}

/** Headers without umlauts: `Strasse`, `Uebungsleiter`. */
function umlauts(key: string): string {
  return key.replace(/([aou])e/g, '$1')
}

/** The alias stands at the beginning or the end of the header's words, not in the middle of another word. */
function isPart(column: string, alias: string): boolean {
  const words = headerKey(column, ' ').split(' ')
  for (let i = 0; i < words.length; i++) {
    if (words.slice(i).join('') === alias || words.slice(0, i).join('') === alias) return true
  }
  return false
}

function match({ field, alias, rank, language }: Known, distance: Match['distance']): Match {
  return { field, alias, distance, rank, language }
}
