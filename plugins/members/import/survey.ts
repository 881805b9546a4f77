/** The first look at a file: what it is, which column goes where, in which order its dates are written. */
import { invalid } from '@guildhall/sdk'
import type { CustomField } from '../custom-fields/definition.ts'
import { openSheet, type Sheet, type SheetRow, type TextEncoding } from '../sheets/index.ts'
import { headerKey } from './alias-index.ts'
import { AsideRows } from './aside-rows.ts'
import { headerWords } from './header-words.ts'
import { Headings, namesAloneHead } from './headings.ts'
import type { ImportNotice, ImportOptions } from './import-schema.ts'
import type { HeaderLanguage, ImportTarget } from './import-target.ts'
import { type ColumnMapping, checkMapping, proposeMapping } from './mapping.ts'
import { openField } from './metadata-key.ts'
import { PostalCodes } from './postal-codes.ts'
import { type DateOrder, DateOrderVote, dateKinds, defaultDateOrder, GenderLetterVote } from './values/index.ts'

/** What is kept of the look, to read the rows by. */
export interface FileFormat {
  readonly format: string
  readonly encoding: TextEncoding | null
  readonly separator: string | null
  readonly headerRow: number
  readonly sheetName: string | null
  readonly language: HeaderLanguage
  /** Most postal codes have fewer digits than the organisation's country has: their zeros are lost. */
  readonly cutPostalCodes?: boolean
  /** The letter for women where it is neither F nor W: see `GenderLetterVote`. */
  readonly femaleLetter?: string
  /** A single name alone in its row is a heading. */
  readonly namesHead?: boolean
  readonly dateOrders: Readonly<Record<string, DateOrder>>
}
export interface Survey {
  readonly format: FileFormat
  readonly mapping: ColumnMapping
  readonly notices: readonly ImportNotice[]
  readonly rows: number
}

const SAMPLE = 200

/**
 * Reads the whole file once, so that what makes it unreadable is known before anything is written.
 * @param o.mapping given columns stand; the others are proposed
 * @throws SheetError, and Problem 400 for a mapping that does not fit
 */
export async function survey(o: {
  path: string
  fileName: string
  target: ImportTarget
  mapping: ColumnMapping | null
  options: ImportOptions
  customFields: readonly CustomField[]
  country: string
}): Promise<Survey> {
  const sheet = await openSheet(o.path, {
    fileName: o.fileName,
    words: headerWords(o.target),
    ...(o.options.sheetName !== undefined && { sheetName: o.options.sheetName }),
    ...(o.options.encoding !== undefined && { encoding: o.options.encoding }),
  })
  const sample: string[][] = []
  let found: ReturnType<typeof settleMapping> | undefined
  let votes: { index: number; vote: DateOrderVote }[] = []
  let rows = 0
  const asides = new AsideRows()
  let codes: PostalCodes | undefined
  let gender = -1
  let letters = new GenderLetterVote('')
  const see = (cells: readonly string[]) => {
    for (const { index, vote } of votes) vote.see(cells[index]!)
    codes!.see(cells)
    if (gender >= 0) letters.see(cells[gender]!)
  }
  let headings: Headings | undefined
  const early: SheetRow[] = []
  const begin = () => {
    found = settleMapping(sheet, sample, o)
    const namesHead = namesAloneHead({ columns: sheet.columns, mapping: found.mapping }, early)
    headings = new Headings({ ...headed(sheet), mapping: found.mapping, into: o.target.id, namesHead })
    for (const row of early.splice(0)) if (headings.takes(row)) rows--
    votes = dateColumns(sheet, found.mapping, o).map((index) => ({ index, vote: new DateOrderVote() }))
    const code = sheet.columns.findIndex((column) => found!.mapping[column] === 'address.postalCode')
    codes = new PostalCodes(code, o.country)
    gender = sheet.columns.findIndex((column) => found!.mapping[column] === 'gender')
    letters = new GenderLetterVote(sheet.columns[gender] ?? '')
    for (const cells of sample) see(cells)
  }
  for await (const row of sheet.rows()) {
    if (row.aside) {
      asides.see(row)
      continue
    }
    rows++
    if (!found) {
      sample.push(row.cells)
      early.push(row)
      if (sample.length === SAMPLE) begin()
    } else if (headings!.takes(row)) rows--
    else see(row.cells)
  }
  if (!found) begin()
  const { mapping, language, notices } = found!
  const orders: Record<string, DateOrder> = {}
  for (const { index, vote } of votes) {
    const column = sheet.columns[index]!
    const decided = o.options.dateOrder
      ? { order: o.options.dateOrder }
      : vote.decide(defaultDateOrder(language, o.country))
    orders[column] = decided.order
    if ('notice' in decided && decided.notice) notices.push({ code: 'dateOrder', column, message: decided.notice })
  }
  const femaleLetter = letters.decide()
  if (femaleLetter !== null) {
    const message = `No F and no W stands in the column: ${femaleLetter.toUpperCase()} is read as female.`
    notices.push({ code: 'assumed', column: sheet.columns[gender]!, message })
  }
  const { format, encoding, separator, detected } = sheet
  return {
    format: {
      format,
      encoding,
      separator,
      headerRow: detected.headerRow,
      sheetName: detected.sheetName,
      language,
      dateOrders: orders,
      ...(femaleLetter !== null && { femaleLetter }),
      ...(codes!.cut && { cutPostalCodes: true }),
      ...(headings!.namesHead && { namesHead: true }),
    },
    mapping,
    notices: [
      ...guessedEncoding(sheet, o.options),
      ...otherSheets(detected),
      ...asides.notices(),
      ...headings!.notices(),
      ...codes!.notices(),
      ...notices,
    ],
    rows,
  }
}

const headed = ({ columns, detected }: Sheet) => ({ columns, headerRow: detected.headerRow })

/** Unicode is certain and Windows-1252 is usual; another encoding shows in the names. */
function guessedEncoding({ encoding }: Sheet, options: ImportOptions): ImportNotice[] {
  if (encoding === null || encoding.startsWith('utf-') || encoding === 'windows-1252' || options.encoding) return []
  const message = `The letters are read as ${encoding}; if names look wrong, give another one with the option encoding.`
  return [{ code: 'encoding', column: null, message }]
}

function otherSheets({ sheetName, otherSheets: names }: Sheet['detected']): ImportNotice[] {
  if (names.length === 0) return []
  const others = names.slice(0, 20).map((name) => `"${name}"`)
  const more = names.length > others.length ? ` and ${names.length - others.length} more` : ''
  const message = `The worksheet "${sheetName}" is read; for another one (${others.join(', ')}${more}) use the option sheetName.`
  return [{ code: 'sheet', column: null, message }]
}

function settleMapping(
  sheet: Sheet,
  sample: readonly (readonly string[])[],
  o: { target: ImportTarget; mapping: ColumnMapping | null; customFields: readonly CustomField[] },
): { mapping: ColumnMapping; language: HeaderLanguage; notices: ImportNotice[] } {
  const proposed = proposeMapping(sheet.columns, sample, o.target)
  const notices: ImportNotice[] = proposed.notices.filter(({ code }) => code !== 'missing')
  const mapping = { ...proposed.mapping }
  for (const column of sheet.columns) {
    // What an export of ours names by the path of the field is that field.
    const custom = column.startsWith('customFields.')
    if (openField(column) && mapping[column] !== null && !custom) {
      mapping[column] = column
      drop(notices, column)
    }
    const field = o.target.id === 'members' ? customFieldOf(column, o.customFields) : undefined
    if (field && (mapping[column]?.startsWith('metadata.') || mapping[column] === null)) {
      mapping[column] = `customFields.${field.key}`
      drop(notices, column)
    }
  }
  if (o.mapping) {
    // Who maps a column himself moves it: a field another column was proposed for is his.
    const given = new Set(Object.values(o.mapping))
    for (const column of sheet.columns) if (given.has(mapping[column] ?? null)) mapping[column] = null
    for (const [column, field] of Object.entries(o.mapping)) {
      mapping[column] = field
      drop(notices, column)
    }
  }
  const wrong = checkMapping(mapping, sheet.columns, o.target)
  const unknown = Object.entries(mapping).flatMap(([column, name]) =>
    name?.startsWith('customFields.') && !o.customFields.some(({ key }) => `customFields.${key}` === name)
      ? [`There is no custom field for "${name}"; column "${column}" cannot be imported into it.`]
      : [],
  )
  const [first] = [...wrong, ...unknown]
  if (first !== undefined)
    throw invalid('/mapping', [...wrong, ...unknown].join(' ').slice(0, 2000), { code: 'mapping' })
  return { mapping, language: proposed.language, notices }
}

const customFieldOf = (column: string, fields: readonly CustomField[]): CustomField | undefined =>
  fields.find(({ key, title }) =>
    [headerKey(key), headerKey(title), headerKey(`customFields.${key}`)].includes(headerKey(column)),
  )

function drop(notices: ImportNotice[], column: string): void {
  for (let i = notices.length - 1; i >= 0; i--) if (notices[i]!.column === column) notices.splice(i, 1)
}

function dateColumns(
  sheet: Sheet,
  mapping: ColumnMapping,
  o: { target: ImportTarget; customFields: readonly CustomField[] },
): number[] {
  const dates = new Set([
    ...o.target.fields.filter(({ kind }) => dateKinds.has(kind)).map(({ name }) => name),
    ...o.customFields.filter(({ type }) => type === 'date').map(({ key }) => `customFields.${key}`),
  ])
  return sheet.columns.flatMap((column, index) => (dates.has(mapping[column] ?? '') ? [index] : []))
}
