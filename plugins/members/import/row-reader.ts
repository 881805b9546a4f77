/** Rows of a file as values by field name, or with what is wrong with their cells. */

import type { CustomField } from '../custom-fields/definition.ts'
import { foldText, normaliseText } from '../normalise.ts'
import type { SheetRow } from '../sheets/index.ts'
import type { ImportOptions } from './import-schema.ts'
import type { HeaderLanguage, ImportTarget } from './import-target.ts'
import type { ColumnMapping } from './mapping.ts'
import { metadataField, openField } from './metadata-key.ts'
import type { RowNotices } from './row-notices.ts'
import type { FileFormat } from './survey.ts'
import {
  isProblem,
  type Parsed,
  type PostalAddress,
  parseValue,
  type ValueContext,
  type ValueKind,
} from './values/index.ts'
import { quoted } from './written.ts'

/** What is wrong with one row, as it is kept. */
export interface Flaw {
  readonly column: string | null
  readonly value: string | null
  readonly reason: string
  readonly accepted: string | null
  readonly candidates?: readonly string[]
}
export interface ReadRow {
  readonly number: number
  /** Fields with something in their cell; `metadata`, `customFields` and `externalIds` are one object each. */
  readonly values: Readonly<Record<string, unknown>>
  /** Fields whose cell is blank, where blank cells are to empty the field. */
  readonly cleared: readonly string[]
  readonly flaws: readonly Flaw[]
  /** Numbers of the rows below that name the same member again with another group. */
  readonly repeated?: readonly number[]
}

interface Column {
  readonly index: number
  readonly header: string
  readonly name: string
  /** Where what the field does not hold is kept. */
  readonly beside: string
  /** Its cells mean something else in rows that are at home elsewhere. */
  readonly local: boolean
  /** A record is one without it, so a cell that cannot be read need cost no row. */
  readonly spare: boolean
  readonly parse: (cell: string, countries?: readonly string[]) => Parsed<unknown>
  /** Cells repeat (cities, states, roles), and parsing is dear. */
  readonly seen: Map<string, Parsed<unknown>>
}

const REMEMBERED = 2000

const strict = (column: string) => ({
  code: 'strict',
  column,
  message: 'Cannot be read, so the rows are left out. With the option unreadable=metadata they are taken without it.',
})

/** Each of its columns is one group. */
const TICKED = 'groups.ticked'

/** The last day is none of them: it decides whether somebody is a member at all. */
const SPARE: ReadonlySet<ValueKind> = new Set<ValueKind>(['email', 'pastDate', 'firstDay'])

export class RowReader {
  readonly #columns: readonly Column[]
  readonly #clear: boolean
  readonly #lenient: boolean
  readonly #headers = new Map<string, { header: string; beside: string }>()
  readonly #notices: RowNotices
  readonly #usual: Usual

  constructor(o: {
    columns: readonly string[]
    mapping: ColumnMapping
    target: ImportTarget
    format: FileFormat
    options: ImportOptions
    customFields: readonly CustomField[]
    organization: { country: string; currency: string }
    currentYear: number
    notices: RowNotices
  }) {
    this.#notices = o.notices
    this.#usual = { country: o.organization.country, language: o.format.language }
    this.#clear = o.options.blanks === 'clear'
    this.#lenient = o.options.unreadable === 'metadata'
    const used = new Set(Object.values(o.mapping))
    const columns = o.columns.flatMap((header, index): Column[] => {
      const name = o.mapping[header]
      if (!name) return []
      // The words of many ticked columns are kept together.
      const beside = name === TICKED ? 'metadata.groups' : metadataField(header, used)
      used.add(beside)
      if (!this.#headers.has(name)) this.#headers.set(name, { header, beside })
      const context: ValueContext = {
        country: o.organization.country,
        currency: o.organization.currency,
        decimal: o.format.language === 'de' ? ',' : '.',
        dateOrder: o.format.dateOrders[header] ?? 'dmy',
        currentYear: o.currentYear,
        lastFirst: LAST_FIRST.test(header),
        ...(o.format.femaleLetter !== undefined && { femaleLetter: o.format.femaleLetter }),
        header,
      }
      const kind = o.target.fields.find((field) => field.name === name)?.kind
      const local = kind === 'phone'
      const spare = o.target.id === 'members' && !name.startsWith('seat.') && kind !== undefined && SPARE.has(kind)
      return [{ index, header, name, beside, local, spare, parse: parserOf(name, o, context), seen: new Map() }]
    })
    // What says where a row is at home comes before what depends on it.
    this.#columns = columns.toSorted((a, b) => Number(a.local) - Number(b.local))
  }

  /** The header of the column a field comes from. */
  headerOf(field: string | undefined): string | null {
    return this.#columnOf(field)?.header ?? null
  }

  /** Where the words of a field's column are kept when the field cannot hold them: `metadata.<key>`. */
  besideOf(field: string): string | null {
    return this.#columnOf(field)?.beside ?? null
  }

  #columnOf(field: string | undefined) {
    if (field === undefined) return undefined
    return this.#headers.get(field) ?? [...this.#headers].find(([name]) => name.startsWith(`${field}.`))?.[1]
  }

  read(row: SheetRow): ReadRow {
    if (row.problem) {
      const flaw = { column: null, value: null, reason: row.problem.reason, accepted: 'one cell a column' }
      return { number: row.number, values: {}, cleared: [], flaws: [flaw] }
    }
    const values: Record<string, unknown> = {}
    const cleared: string[] = []
    const flaws: Flaw[] = []
    const also: Record<string, unknown> = {}
    for (const column of this.#columns) {
      const cell = row.cells[column.index]!
      const countries = column.local ? countriesOf(values, this.#usual) : undefined
      const parsed = cell === '' ? BLANK : this.#orInstead(this.#parse(column, cell, countries))
      if (isProblem(parsed)) {
        const { problem, accepted, bearable = column.spare && this.#lenient } = parsed
        if (bearable && column.spare) this.#spare(values, column, { row: row.number, cell, problem })
        else if (bearable) this.#keep(values, column, cell, problem)
        else flaws.push({ column: column.header, value: quoted(cell), reason: problem, accepted })
        if (column.spare && parsed.bearable === undefined && !bearable) this.#notices.note(strict(column.header))
        continue
      }
      if (parsed.notice) this.#notices.note({ code: 'assumed', column: column.header, message: parsed.notice })
      if (parsed.rest !== undefined) put(values, column.beside, parsed.rest)
      Object.assign(also, parsed.also)
      if (parsed.value !== null && parsed.value !== '') put(values, column.name, parsed.value)
      else if (this.#clear) cleared.push(column.name)
    }
    return { number: row.number, values: { ...also, ...values }, cleared, flaws }
  }

  /** A day of no calendar as one of its month, for whoever bears that. */
  #orInstead(parsed: Parsed<unknown>): Parsed<unknown> {
    return this.#lenient && isProblem(parsed) && parsed.instead ? parsed.instead : parsed
  }

  /** A cell that the record can do without: kept as it is written, and told by its value. */
  #keep(values: Record<string, unknown>, column: Column, cell: string, problem: string): void {
    put(values, column.beside, normaliseText(cell, { lines: true }))
    const value = quoted(cell)!
    const message = `${problem} "${value}" is kept as ${column.beside}.`
    this.#notices.note({ code: 'kept', column: column.header, message })
  }

  /** The same where hardly two rows have one value: told once, with the first rows. */
  #spare(values: Record<string, unknown>, column: Column, o: { row: number; cell: string; problem: string }): void {
    put(values, column.beside, normaliseText(o.cell, { lines: true }))
    const message = `${o.problem} The members are imported without, and the cells are kept as ${column.beside}`
    this.#notices.note({ code: 'kept', column: column.header, message }, `row ${o.row}: ${quoted(o.cell.slice(0, 80))}`)
  }

  #parse(column: Column, cell: string, countries?: readonly string[]): Parsed<unknown> {
    const key = countries === undefined ? cell : `${countries.join()} ${cell}`
    const known = column.seen.get(key)
    if (known) return known
    const parsed = column.parse(cell, countries)
    if (column.seen.size < REMEMBERED && cell.length <= 100) column.seen.set(key, parsed)
    return parsed
  }
}

/** `Name, Vorname`, `Nachname Vorname`: in cells without a comma the family name stands first. */
const LAST_FIRST =
  /^(nach|familien|zu)?name[\s,/&+]+(und\s+)?(vor|ruf)name|^(last|family) ?name\W+first|^(cognome|apellidos?|nom|achternaam|nazwisko|příjmení|efternavn|etternavn|efternamn|sukunimi)\W+((e|y|et|en|i|a|og|och|ja)\s+)?(nome|nombres?|prénom|voornaam|imię|jméno|fornavn|förnamn|etunimi)/iu

/** What headers and the organisation say of where rows are at home. */
interface Usual {
  readonly country: string
  readonly language: HeaderLanguage
}

/** A row says it itself, else it is where the organisation is; five digits under German headers are German besides. */
function countriesOf(values: Readonly<Record<string, unknown>>, usual: Usual): string[] {
  const part = (name: 'country' | 'postalCode'): unknown =>
    values[`address.${name}`] ??
    (values['address.postalCity'] as PostalAddress | undefined)?.[name] ??
    (values.address as PostalAddress | undefined)?.[name]
  const own = part('country')
  const german = usual.language === 'de' && /^\d{5}$/.test(String(part('postalCode')))
  return [...new Set([...(typeof own === 'string' ? [own] : []), usual.country, ...(german ? ['DE'] : [])])]
}

const BLANK: Parsed<null> = { value: null }

/** Several columns fill one list, each word once. */
function together(there: unknown, more: readonly unknown[]): unknown[] {
  const all = [...((there ?? []) as unknown[]), ...more]
  return [...new Map(all.toReversed().map((word) => [foldText(String(word)), word])).values()].toReversed()
}

function put(values: Record<string, unknown>, name: string, value: unknown): void {
  const open = openField(name)
  if (open === null) values[name] = Array.isArray(value) ? together(values[name], value) : value
  else values[open.part] = { ...(values[open.part] as object | undefined), [open.key]: value }
}

function parserOf(
  name: string,
  o: { target: ImportTarget; customFields: readonly CustomField[] },
  context: ValueContext,
): Column['parse'] {
  if (name.startsWith('metadata.')) return (cell) => json(parseValue('longText', cell, context))
  if (name.startsWith('externalIds.')) return (cell) => parseValue('identifier', cell, context)
  const custom = o.customFields.find(({ key }) => `customFields.${key}` === name)
  if (custom) return customParser(custom, context)
  const kind = o.target.fields.find((field) => field.name === name)?.kind ?? 'text'
  return (cell, countries) => parseValue(kind, cell, countries === undefined ? context : { ...context, countries })
}

/** Objects and lists in metadata are written as JSON by the export. */
function json(parsed: Parsed<unknown>): Parsed<unknown> {
  if (isProblem(parsed) || typeof parsed.value !== 'string' || !/^[{[]/.test(parsed.value)) return parsed
  try {
    return { value: JSON.parse(parsed.value) as unknown }
  } catch {
    return parsed
  }
}

const kinds: Record<CustomField['type'], ValueKind> = {
  text: 'text',
  longText: 'longText',
  url: 'url',
  integer: 'integer',
  boolean: 'boolean',
  date: 'date',
  choice: 'text',
  choices: 'list',
}

function customParser(field: CustomField, context: ValueContext): (cell: string) => Parsed<unknown> {
  const options = new Map(field.options.map((option) => [foldText(option), option]))
  const chosen = (text: string) => options.get(foldText(text)) ?? text
  return (cell) => {
    const parsed = parseValue(kinds[field.type], cell, context)
    if (isProblem(parsed)) return parsed
    if (field.type === 'choice' && typeof parsed.value === 'string') return { ...parsed, value: chosen(parsed.value) }
    if (field.type === 'choices' && Array.isArray(parsed.value))
      return { ...parsed, value: parsed.value.map((one) => chosen(String(one))) }
    return parsed
  }
}
