import { foldText } from '../../normalise.ts'
import type { Parsed } from './parsed.ts'
import { isProblem } from './parsed.ts'

/** Codes and short forms that Intl does not know: ISO 3166 alpha-3 of neighbours, car plates, everyday names. */
const SHORT: Readonly<Record<string, string>> = {
  d: 'DE',
  deu: 'DE',
  ger: 'DE',
  brd: 'DE',
  bundesrepublikdeutschland: 'DE',
  a: 'AT',
  aut: 'AT',
  ch: 'CH',
  che: 'CH',
  sui: 'CH',
  usa: 'US',
  unitedstatesofamerica: 'US',
  vereinigtestaatenvonamerika: 'US',
  amerika: 'US',
  gbr: 'GB',
  uk: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  greatbritain: 'GB',
  grossbritannien: 'GB',
  fra: 'FR',
  f: 'FR',
  ita: 'IT',
  i: 'IT',
  esp: 'ES',
  e: 'ES',
  nld: 'NL',
  holland: 'NL',
  diniederlande: 'NL',
  bel: 'BE',
  b: 'BE',
  lux: 'LU',
  l: 'LU',
  pol: 'PL',
  dnk: 'DK',
  swe: 'SE',
  nor: 'NO',
  fin: 'FI',
  cze: 'CZ',
  tschechischerepublik: 'CZ',
  hun: 'HU',
  tur: 'TR',
  turkey: 'TR',
  turkei: 'TR',
  lie: 'LI',
  fl: 'LI',
  ind: 'IN',
  can: 'CA',
  aus: 'AU',
  irl: 'IE',
  prt: 'PT',
  grc: 'GR',
}

let names: Map<string, string> | null = null

/** Country names in English, German and the languages of their neighbours, from the platform's own data; read once, when first asked. */
function countryNames(): Map<string, string> {
  if (names) return names
  names = new Map()
  for (const language of ['fi', 'nb', 'cs', 'pt', 'sv', 'da', 'pl', 'es', 'it', 'nl', 'fr', 'de', 'en']) {
    const display = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' })
    for (let i = 0; i < 26 * 26; i++) {
      const code = String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26))
      const name = display.of(code)
      // The canonical code: countries of the past and second codes have names too (FX and FR, DD and DE).
      if (name && !/^(EU|EZ|UN|ZZ|XA|XB|QO)$/.test(code))
        names.set(key(name), new Intl.Locale(`und-${code}`).region ?? code)
    }
  }
  return names
}

function key(text: string): string {
  return foldText(text).replace(/[^\p{L}]/gu, '')
}

/** A country as its ISO 3166 code of two letters, from code, car plate or name. */
export function parseCountry(text: string): Parsed<string> {
  const word = key(text)
  const found = SHORT[word] ?? countryNames().get(word)
  if (found) return { value: found }
  const code = word.toUpperCase()
  if (/^[A-Z]{2}$/.test(code) && [...countryNames().values()].includes(code)) return { value: code }
  return { problem: 'Not a country we know.', accepted: 'a code such as DE or a name such as Germany', bearable: true }
}

const LANGUAGES = [
  'de',
  'en',
  'fr',
  'it',
  'es',
  'nl',
  'pl',
  'tr',
  'ru',
  'uk',
  'ar',
  'pt',
  'da',
  'sv',
  'no',
  'fi',
  'cs',
  'hu',
  'el',
  'ro',
  'hr',
  'sr',
  'hi',
  'zh',
  'ja',
]
let languages: Map<string, string> | null = null

/** A language as its BCP 47 tag, from tag or name. */
export function parseLanguage(text: string): Parsed<string> {
  languages ??= new Map(
    ['en', 'de'].flatMap((own) => {
      const display = new Intl.DisplayNames([own], { type: 'language' })
      return LANGUAGES.map((tag) => [key(display.of(tag) ?? tag), tag] as const)
    }),
  )
  const named = languages.get(key(text))
  if (named) return { value: named }
  try {
    const [tag] = Intl.getCanonicalLocales(text.trim().replace('_', '-'))
    if (tag && /^[a-z]{2,3}(-|$)/.test(tag)) return { value: tag }
  } catch {
    // Not even the form of a tag: falls through to the problem.
  }
  return {
    problem: 'Not a language we know.',
    accepted: 'a tag such as de or en-GB, or a name such as German',
    bearable: true,
  }
}

export interface PostalAddress {
  street?: string
  extra?: string
  postalCode?: string
  city?: string
  region?: string
  country?: string
}

const US = /^(.*?)[,\s]+([A-Z]{2})[,\s]+(\d{5}(?:-\d{4})?)$/
const CODE_CITY = /^(?:(.*?)[,;\n]?\s+)?(?:([A-Z]{1,2})[-\s])?(\d{4,5})\s+([^\d,;\n][^,;\n]*)$/s

/**
 * An address written in one cell, taken apart as far as it is certain: `Hauptstr. 1, 50667 Köln`,
 * `12 Main St, Springfield, IL 62701`, lines or commas, a country at the end. What is not certain stays in `street`,
 * with a notice.
 */
export function parseAddress(text: string): Parsed<PostalAddress> {
  const card = text.split(';')
  if (card.length === 7) return { value: cardAddress(card) }
  const parts = text
    .split(/\s*[\n\r;]+\s*|\s*,\s*/)
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
  const address: PostalAddress = {}
  const last = parts.at(-1)
  if (parts.length > 1 && last && !/\d/.test(last)) {
    const country = parseCountry(last)
    // Two letters are a state of America, unless its code stands in front of them.
    const isState = /^[A-Z]{2}$/.test(last) && !/\d{3}/.test(parts.at(-2)!)
    if ('value' in country && (last.length > 2 || parts.length > 2) && !isState) {
      address.country = country.value
      parts.pop()
    }
  }
  const line = parts.join(', ')
  const american = US.exec(line)
  if (american)
    return { value: { ...americanLines(american[1]!), region: american[2]!, postalCode: american[3]!, ...address } }
  const european = CODE_CITY.exec(line)
  if (european) {
    const { street, extra } = streetLines((european[1] ?? '').replace(/,\s*$/, ''))
    return {
      value: {
        ...(street && { street }),
        ...(extra && { extra }),
        postalCode: european[3]!,
        city: european[4]!.trim(),
        ...inFront(european[2]),
        ...address,
      },
    }
  }
  if (parts.length === 1)
    return { value: { street: parts[0]!, ...address }, notice: 'No postal code found; kept in one line.' }
  return { value: { street: line, ...address }, notice: 'No postal code found; kept in one line.' }
}

/** The seven parts of an address in a vCard: post box, addition, street, town, region, code, country. */
function cardAddress(parts: readonly string[]): PostalAddress {
  const [box, addition, street, city, region, postalCode, land] = parts.map((part) => part.replace(/\s+/g, ' ').trim())
  const country = land ? parseCountry(land) : null
  const extra = [box, addition].filter(Boolean).join(', ')
  return {
    ...(street && { street }),
    ...(extra && { extra }),
    ...(postalCode && { postalCode }),
    ...(city && { city }),
    ...(region && { region }),
    ...(country && 'value' in country && { country: country.value }),
  }
}

/** The country whose sign stands in front of a postal code: `A-6020`. */
function inFront(sign: string | undefined): PostalAddress {
  const country = sign === undefined ? null : parseCountry(sign)
  return country === null || isProblem(country) ? {} : { country: country.value }
}

/** Street and city before state and ZIP code: the last comma parts them; without one only Washington DC is certain. */
function americanLines(text: string): PostalAddress {
  const comma = text.lastIndexOf(',')
  const capital = /^(.*\S)\s+(Washington)$/.exec(text)
  if (comma > 0) {
    const { street, extra } = streetLines(text.slice(0, comma).trim())
    return { ...(street && { street }), ...(extra && { extra }), city: text.slice(comma + 1).trim() }
  }
  return capital ? { street: capital[1]!, city: capital[2]! } : { street: text }
}

function streetLines(text: string): { street: string; extra: string } {
  const [street = '', ...rest] = text.split(/\s*,\s*/)
  return { street, extra: rest.join(', ') }
}
