import { foldText } from '../../normalise.ts'
import type { Parsed } from './parsed.ts'

/** Values and the words that mean them, with what is assumed where a word says less. */
export type Vocabulary<T> = readonly (readonly [value: T, words: string, notice?: string])[]

/** The tables hold folded words: lower case, without accents and points. */
export const wordKey = (text: string): string => foldText(text).replace(/[.\s_/()-]/g, '')

export function lookup<T>(table: Vocabulary<T>): ReadonlyMap<string, { value: T; notice?: string }> {
  return new Map(
    table.flatMap(([value, words, notice]) =>
      words.split(' ').map((word) => [word, notice === undefined ? { value } : { value, notice }] as const),
    ),
  )
}

/** Reads a cell that is one of a few words. */
function reader<T>(table: Vocabulary<T>, accepted: string, o: { bearable?: true } = {}) {
  const known = lookup(table)
  return (text: string): Parsed<T> =>
    known.get(wordKey(text)) ?? { problem: 'Not a value we know here.', accepted, ...o }
}

/** `x` is how paper lists and their copies say yes. */
export const parseBoolean = reader<boolean>(
  [
    [true, 'true yes y ja j 1 x ✓ ✔ ☑ ✗ wahr on an oui vrai si sim ano tak kylla aktiv active checked'],
    [false, 'false no n nein 0 falsch off aus non nee nei nej nie ne nao ei ☐ inaktiv inactive'],
  ],
  'yes or no, ja or nein, 1 or 0, x',
)

export type Gender = 'male' | 'female' | 'diverse' | 'unknown'

const NOT_A_PERSON = 'Not the form of address of one person; gender left open.'

/** Gender, or a form of address that tells it. */
export const parseGender = reader<Gender>(
  [
    [
      'male',
      'm male man mann mannlich maennlich mannl maennl mnl herr herrn hr hrn mr mister sir monsieur boy junge h',
    ],
    [
      'male',
      'homme uomo hombre maschio mezczyzna mand dhr masculino maschile muz mies poika mannelijk jongen varon sr senor signor sig pan',
    ],
    [
      'female',
      'femme donna mujer femmina kobieta vrouw kvinde kvinne kvinna mevr mevrouw feminino femenino femminile zena nainen tytto',
    ],
    [
      'female',
      'vrouwelijk meisje sra srta senora senorita signora sigra mlle mademoiselle pani fru froken slecna rouva',
    ],
    ['male', 'bub knabe masculin masculine msc maskulin'],
    ['female', 'f w female woman frau weiblich weibl wbl weib fr mrs ms miss mme madame madchen maedchen girl'],
    ['female', 'fraulein fraeulein frl dame feminin feminine lady'],
    ['diverse', 'd x div divers diverse diverses nonbinary nichtbinar nichtbinaer other andere anderes mx inter'],
    ['diverse', 'intersex queer sonstige sonstiges'],
    ['unknown', 'u k na ka keineangabe ohneangabe unbekannt unbek unknown notspecified unspecified prefernottosay'],
    ['unknown', 'offen keine ohne nichtangegeben - ?'],
    [
      'unknown',
      'familie fam firma fa eheleute family company verein herrundfrau frauundherr herrnundfrau',
      NOT_A_PERSON,
    ],
    ['unknown', 'herrfrau frauherr ehepaar paar damenundherren organisation institution gruppe', NOT_A_PERSON],
  ],
  'm, w, d, male, female, diverse, Herr, Frau',
  { bearable: true },
)

/** @param femaleLetter see `GenderLetterVote` */
export function parseGenderOf(text: string, femaleLetter?: string): Parsed<Gender> {
  const key = wordKey(text)
  if (key === femaleLetter) return { value: 'female' }
  return femaleLetter === 'm' && key === 'v' ? { value: 'male' } : parseGender(text)
}

const ROLE_NAMES: Readonly<Record<string, string>> = {
  member: 'maker',
  mitglied: 'maker',
  serviceprovider: 'service_provider',
  dienstleister: 'service_provider',
  makerspaceadmin: 'makerspace_admin',
  administrator: 'admin',
}

/** Whether a word names a role of every organisation. */
export const isRoleName = (word: string): boolean => {
  const key = foldText(word).replace(/[\s_-]/g, '')
  return Object.hasOwn(ROLE_NAMES, key) || Object.values(ROLE_NAMES).includes(key)
}

/** The identifier of an organisation role. Which ones exist, and who may give them, only the organisation knows. */
export function parseRole(text: string): Parsed<string> {
  const word = foldText(text).trim()
  const value = ROLE_NAMES[word.replace(/[\s_-]/g, '')] ?? word.replace(/[\s-]+/g, '_')
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(value)) {
    return { problem: 'Not the name of a role.', accepted: 'maker, service_provider, admin, makerspace_admin' }
  }
  return { value }
}
