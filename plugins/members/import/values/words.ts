import { foldText } from '../../normalise.ts'
import type { Parsed } from './parsed.ts'

/** Reads a cell that is one of a few words. The tables hold folded words: lower case, without accents and points. */
function reader<T>(table: readonly (readonly [value: T, words: string, notice?: string])[], accepted: string) {
  const known = new Map(
    table.flatMap(([value, words, notice]) =>
      words.split(' ').map((word) => [word, notice === undefined ? { value } : { value, notice }] as const),
    ),
  )
  return (text: string): Parsed<T> => {
    const word = foldText(text).replace(/[.\s_/()-]/g, '')
    return known.get(word) ?? { problem: 'Not a value we know here.', accepted }
  }
}

/** `x` is how paper lists and their copies say yes. */
export const parseBoolean = reader<boolean>(
  [
    [true, 'true yes y ja j 1 x ✓ ✔ ☑ ✗ wahr on an oui vrai si aktiv active'],
    [false, 'false no n nein 0 falsch off aus non ☐ inaktiv inactive'],
  ],
  'yes or no, ja or nein, 1 or 0, x',
)

export type Gender = 'male' | 'female' | 'diverse' | 'unknown'

const NOT_A_PERSON = 'Not the form of address of one person; gender left open.'

/** Gender, or a form of address that tells it. */
export const parseGender = reader<Gender>(
  [
    ['male', 'm male man mann mannlich maennlich mannl maennl herr herrn hr mr mister sir monsieur mannl. boy junge h'],
    ['female', 'f w female woman frau weiblich weibl fr mrs ms miss mme madame madchen maedchen girl fraulein'],
    ['diverse', 'd x divers diverse diverses nonbinary nichtbinar nichtbinaer other andere anderes mx inter'],
    ['unknown', 'u k na ka keineangabe ohneangabe unbekannt unknown notspecified unspecified prefernottosay offen'],
    ['unknown', 'familie firma eheleute family company verein herrundfrau divers/unbekannt ehepaar', NOT_A_PERSON],
  ],
  'm, w, d, male, female, diverse, Herr, Frau',
)

export type MemberStatus = 'pending' | 'active' | 'expired' | 'suspended'

const PASSIVE = 'A passive member is an active record; keep the difference in the plan or a tag.'

export const parseStatus = reader<MemberStatus>(
  [
    ['active', 'active aktiv current mitglied member ja yes bestatigt bestaetigt gueltig gultig approved enabled'],
    ['active', 'passiv passive fordermitglied foerdermitglied ehrenmitglied', PASSIVE],
    [
      'pending',
      'pending neu new beantragt antrag anwarter anwaerter angemeldet applied pendingnew pendingrenewal offen',
    ],
    ['expired', 'expired lapsed inactive inaktiv ausgetreten ehemalig ehemaliges former abgelaufen beendet gekundigt'],
    ['expired', 'gekuendigt cancelled canceled terminated left austritt resigned archiviert archived grace'],
    ['expired', 'verstorben deceased', 'Recorded as expired; note the death in the record.'],
    ['suspended', 'suspended gesperrt ruhend pausiert paused blocked ausgeschlossen excluded disabled'],
  ],
  'active, pending, expired, suspended, or aktiv, beantragt, ausgetreten, gesperrt',
)

export type PlatformRole = string

const ROLE_NAMES: Readonly<Record<string, string>> = {
  member: 'maker',
  mitglied: 'maker',
  serviceprovider: 'service_provider',
  dienstleister: 'service_provider',
  makerspaceadmin: 'makerspace_admin',
  administrator: 'admin',
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
