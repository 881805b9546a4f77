/**
 * Rows that stand in a list and are no entries: totals, the date of the list, the foot of a page, the header once more.
 * Said of a row only where nothing in it speaks for an entry: beside the word there are figures and dates or nothing.
 */
export type Aside = 'remark' | 'header'

/** `atEnd`: only when no entry follows, because the word may be a name as well. */
export type RemarkPlace = 'anywhere' | 'atEnd'

const TOTAL = String.raw`(?:gesamt(?:summe|zahl|anzahl|betrag|ergebnis|wert)?|insgesamt|(?:zwischen|end)?summen?|anzahl|(?:grand |sub-?)?totals?|sum|count|durchschnitt|mittelwert|average|saldo)(?!\p{L})`
const ENTRIES = String.raw`(?:mitglieder(?:zahl|anzahl|bestand)?|members|personen|people|datens(?:ä|ae)tze|eintr(?:ä|ae)ge|adressen|kontakte|records|entries|rows|zeilen|contacts)(?!\p{L})`
const ALL = '(?:gesamt|insgesamt|total|in total)'
const MADE =
  '(?:erstellt|gedruckt|ausgedruckt|exportiert|generiert|druckdatum|exportdatum|ausdruck|export|created|printed|generated|exported|as of)'

const pattern = (...alternatives: string[]) => new RegExp(`^(?:${alternatives.join('|')})`, 'iu')

/** No name reads like this: it counts or dates what stands above it. */
const REMARK = pattern(
  String.raw`${TOTAL}.*(?:\d|[:=]$)`,
  String.raw`\d[\d.]*\s+${ENTRIES}`,
  String.raw`${ENTRIES}\s*${ALL}?\s*[:=]\s*[\d.]*$`,
  String.raw`${ENTRIES}\s+${ALL}\s*[\d.]*$`,
  String.raw`stand\s*(?::|(?:vom|per|am|zum)(?!\p{L})|\d|\p{L}+ \d{4}$)`,
  String.raw`${MADE}(?!\p{L}).*(?:\d|:$)`,
  String.raw`(?:seite|blatt|page)\s+\d`,
  String.raw`(?:legende|hinweise?|quelle|anmerkung(?:en)?|bemerkung(?:en)?|legend|notes?|source|filter|sortierung)\s*:`,
  String.raw`\W*(?:ende der liste|listenende|end of (?:list|file|report))\W*$`,
)
/** Cells of a line drawn across the table. */
const RULE = /^[-=_*~–—]{3,}$/
/** These need a figure behind them, or the end of the list. */
const WORD = pattern(`${TOTAL}$`)
const PHRASE = pattern(String.raw`${TOTAL}(?:\s+\p{L}+){1,3}$`, `${ENTRIES}$`)
/** Surnames too. */
const SURNAME = /^totals?$/i
const AS_OF = /^(?:stand|datum|date)$/i
const DATE = /^(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{2}|\d{4})|\d{1,2}\/\d{1,2}\/\d{2,4})(?:[ T].*)?$/
/** A count, an amount, a share, or a formula that failed; a leading zero is of a telephone number or a postal code. */
const FIGURE =
  /^[-+(]?\s*(?:€|\$|£|EUR|CHF|Fr\.)?\s*(?:0|[1-9]\d*|[1-9]\d{0,2}(?:[.,'’ \u00a0]\d{3})+)(?:[.,](?:\d+|-+|–))?\s*(?:€|\$|£|EUR|CHF|Fr\.|%)?\)?$|^#\S+[!?]$/i

/**
 * Whether the cells of a row are a remark on the list and not an entry of it; null: an entry.
 * @param columns How many the list has.
 */
export function remarkIn(cells: readonly string[], columns: number): RemarkPlace | null {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
  if (filled.length === 0) return null
  if (filled.every((cell) => RULE.test(cell))) return 'anywhere'
  const kinds = filled.map(kindOf)
  if (kinds.includes('text')) return null
  if (kinds.includes('remark')) return 'anywhere'
  const at = kinds.findIndex((kind) => kind !== 'figure' && kind !== 'date')
  if (at === -1) return null
  const others = kinds.toSpliced(at, 1)
  // A date that stands alone beside "Stand" is the date of the list; in a fuller row it may be a birthday.
  if (kinds[at] === 'asOf') return at === 0 && others.join() === 'date' ? 'atEnd' : null
  if (others.some((kind) => kind !== 'figure')) return null
  if (kinds[at] === 'phrase') return others.length > 0 ? 'atEnd' : null
  // The number of a member stands before his name, a total behind its word.
  if (SURNAME.test(filled[at]!) && at > 0) return null
  return others.length > 0 || columns > 2 ? 'atEnd' : null
}

/** Characters of a remark. */
const LONGEST = 1000

function kindOf(cell: string): 'remark' | 'figure' | 'date' | 'word' | 'phrase' | 'asOf' | 'text' {
  if (cell.length > LONGEST) return 'text'
  if (REMARK.test(cell)) return 'remark'
  if (DATE.test(cell)) return 'date'
  if (FIGURE.test(cell)) return 'figure'
  if (WORD.test(cell)) return 'word'
  if (AS_OF.test(cell)) return 'asOf'
  return PHRASE.test(cell) ? 'phrase' : 'text'
}

/** The header printed once more, as on every page of a report. */
export const isHeaderAgain = (cells: readonly string[], header: readonly string[]): boolean =>
  cells.filter((cell) => cell.trim() !== '').length > 1 &&
  cells.every((cell, i) => cell.replace(/\s+/g, ' ').trim() === (header[i] ?? ''))
