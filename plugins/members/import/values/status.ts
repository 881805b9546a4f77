import { foldText } from '../../normalise.ts'
import { parseLastDay } from './dates.ts'
import type { Parsed } from './parsed.ts'
import { isProblem } from './parsed.ts'
import { lookup, wordKey } from './words.ts'

export type MemberStatus = 'pending' | 'active' | 'expired' | 'suspended'

const ACCEPTED = 'active, pending, expired, suspended, or aktiv, beantragt, ausgetreten, gesperrt'
const PASSIVE = 'An active record of another kind of member; the word is kept.'
const DECEASED = 'Recorded as expired; the word is kept.'

const KNOWN = lookup<MemberStatus>([
  ['active', 'active aktiv current mitglied member ja yes bestatigt bestaetigt gueltig gultig approved enabled'],
  [
    'active',
    'x true wahr valide ajour attivo actif activo actief ativo aktywny aktivni aktiivinen alta ordentlich vollmitglied laufend bezahlt ok angenommen aufgenommen paid free',
  ],
  ['active', 'passiv passive fordernd foerdernd fordermitglied foerdermitglied forderer foerderer', PASSIVE],
  ['active', 'ehrenmitglied ehrenhalber probemitglied schnuppermitglied familienmitglied jugendmitglied', PASSIVE],
  ['active', 'zweitmitglied gastmitglied beitragsfrei ausserordentlich honorary supporting sponsor gonner', PASSIVE],
  ['active', 'goenner freimitglied pendingrenewal', PASSIVE],
  ['pending', 'pending neu new beantragt antrag antragsteller anwarter anwaerter angemeldet applied pendingnew'],
  ['pending', 'offen interessent warteliste bewerber prospect applicant waiting invoiced'],
  ['expired', 'expired lapsed inactive inaktiv ausgetreten ehemalig former abgelaufen beendet gekundigt exmitglied'],
  ['expired', 'nein no false falsch expire scaduto caducado inactif inattivo inactivo inativo inactief baja'],
  ['expired', 'byly byla bivaly eronnut radie resilie alumni alumnus alumna old'],
  ['expired', 'gekuendigt kundigung kuendigung cancelled canceled terminated left austritt resigned archiviert'],
  ['expired', 'archived grace geloscht geloescht gestrichen altmitglied ehemals abgang abgemeldet'],
  ['expired', 'verstorben deceased gestorben tot verst died dead †', DECEASED],
  [
    'suspended',
    'suspended gesperrt ruhend ruht pausiert paused blocked ausgeschlossen excluded disabled locked frozen freeze onhold hold sospeso suspendido suspendu geblokkeerd',
  ],
])

/** `nicht aktiv` is not read as the opposite of what it says. */
const NEGATION = /^(nicht|noch|kein|keine|nie|ohne|no|not|never|non)$/
/** Says nothing beside another word: `Passives Mitglied`. */
const WEAK = /^(mitglied(schaft|er)?|member(ship)?)$/

/**
 * What a register says of how somebody stands, in one word or a phrase: `Aktives Mitglied`, `passiv seit 2019`,
 * `gekündigt zum 31.12.2025`, which is also the last day. What a phrase says more is kept.
 */
export function parseStatus(text: string): Parsed<MemberStatus> {
  const whole = find(wordKey(text))
  if (whole) return whole.notice === undefined ? whole : { ...whole, rest: text }
  const words = foldText(text)
    .split(/[^\p{L}\p{N}†]+/u)
    .filter(Boolean)
  const unknown = { problem: 'Not a status we know.', accepted: ACCEPTED, bearable: true }
  if (words.some((word) => NEGATION.test(word))) return unknown
  const strong = words.filter((word) => !WEAK.test(word)).flatMap((word) => find(word) ?? [])
  const [first] = strong.length > 0 ? strong : words.flatMap((word) => find(word) ?? [])
  if (!first || strong.some(({ value }) => value !== first.value)) return unknown
  const said = strong.find(({ notice }) => notice !== undefined) ?? first
  // `Aktives Mitglied` says no more than the status does.
  const more = said.notice !== undefined || words.some((word) => !WEAK.test(word) && !find(word))
  const day = first.value === 'expired' ? dayIn(text) : null
  return { ...said, ...(more && { rest: text }), ...(day !== null && { also: { leftOn: day } }) }
}

/** With the endings of German adjectives, and with what it is of: `aktives`, `ehemalige`, `Passivmitglieder`. */
const find = (word: string) =>
  KNOWN.get(word) ??
  KNOWN.get(word.replace(/(es|er|en|em|e)$/, '')) ??
  KNOWN.get(word.replace(/(?<=.)mitglied(er)?$/, ''))

function dayIn(text: string): string | null {
  const written = /\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\b(19|20)\d{2}\b/.exec(text)
  const parsed = written ? parseLastDay(written[0]) : null
  return parsed === null || isProblem(parsed) ? null : parsed.value
}
