/** Rows of a file as values by field name, or with what is wrong with their cells. */

import type { CustomField } from '../custom-fields/definition.ts'
import { foldText } from '../normalise.ts'
import type { SheetRow } from '../sheets/index.ts'
import type { ImportOptions } from './import-schema.ts'
import type { ImportTarget } from './import-target.ts'
import type { ColumnMapping } from './mapping.ts'
import type { RowNotices } from './row-notices.ts'
import type { FileFormat } from './survey.ts'
import { isProblem, type Parsed, parseValue, type ValueContext, type ValueKind } from './values/index.ts'
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
}

interface Column {
  readonly index: number
  readonly header: string
  readonly name: string
  readonly parse: (cell: string) => Parsed<unknown>
  /** Cells repeat (cities, states, roles), and parsing is dear. */
  readonly seen: Map<string, Parsed<unknown>>
}

const REMEMBERED = 2000

export class RowReader {
  readonly #columns: readonly Column[]
  readonly #clear: boolean
  readonly #headers = new Map<string, string>()
  readonly #notices: RowNotices

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
    this.#clear = o.options.blanks === 'clear'
    this.#columns = o.columns.flatMap((header, index): Column[] => {
      const name = o.mapping[header]
      if (!name) return []
      this.#headers.set(name, header)
      const context: ValueContext = {
        country: o.organization.country,
        currency: o.organization.currency,
        decimal: o.format.language === 'de' ? ',' : '.',
        dateOrder: o.format.dateOrders[header] ?? 'dmy',
        currentYear: o.currentYear,
      }
      return [{ index, header, name, parse: parserOf(name, o, context), seen: new Map() }]
    })
  }

  /** The header of the column a field comes from. */
  headerOf(field: string | undefined): string | null {
    if (field === undefined) return null
    return this.#headers.get(field) ?? [...this.#headers].find(([name]) => name.startsWith(`${field}.`))?.[1] ?? null
  }

  read(row: SheetRow): ReadRow {
    if (row.problem) {
      const flaw = { column: null, value: null, reason: row.problem.reason, accepted: 'one cell a column' }
      return { number: row.number, values: {}, cleared: [], flaws: [flaw] }
    }
    const values: Record<string, unknown> = {}
    const cleared: string[] = []
    const flaws: Flaw[] = []
    for (const column of this.#columns) {
      const cell = row.cells[column.index]!
      const parsed = cell === '' ? BLANK : this.#parse(column, cell)
      if (isProblem(parsed)) {
        const { problem, accepted } = parsed
        flaws.push({ column: column.header, value: quoted(cell), reason: problem, accepted })
      } else if (parsed.value === null || parsed.value === '') {
        if (this.#clear) cleared.push(column.name)
      } else {
        if (parsed.notice) this.#notices.note({ code: 'assumed', column: column.header, message: parsed.notice })
        put(values, column.name, parsed.value)
      }
    }
    return { number: row.number, values, cleared, flaws }
  }

  #parse(column: Column, cell: string): Parsed<unknown> {
    const known = column.seen.get(cell)
    if (known) return known
    const parsed = column.parse(cell)
    if (column.seen.size < REMEMBERED && cell.length <= 100) column.seen.set(cell, parsed)
    return parsed
  }
}

const BLANK: Parsed<null> = { value: null }

const OPEN = /^(metadata|customFields|externalIds)\.(.+)$/

function put(values: Record<string, unknown>, name: string, value: unknown): void {
  const [, group, key] = OPEN.exec(name) ?? []
  if (group === undefined || key === undefined) values[name] = value
  else values[group] = { ...(values[group] as object | undefined), [key]: value }
}

function parserOf(
  name: string,
  o: { target: ImportTarget; customFields: readonly CustomField[] },
  context: ValueContext,
): (cell: string) => Parsed<unknown> {
  if (name.startsWith('metadata.')) return (cell) => json(parseValue('longText', cell, context))
  if (name.startsWith('externalIds.')) return (cell) => parseValue('identifier', cell, context)
  const custom = o.customFields.find(({ key }) => `customFields.${key}` === name)
  if (custom) return customParser(custom, context)
  const kind = o.target.fields.find((field) => field.name === name)?.kind ?? 'text'
  return (cell) => parseValue(kind, cell, context)
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
