import type { Match } from './alias-index.ts'
import { AliasIndex } from './alias-index.ts'
import type { HeaderLanguage, ImportTarget } from './import-target.ts'
import { refineByCompany } from './mapping-by-company.ts'
import { contradicts, fieldByContent, fitsContent, tickedColumns } from './mapping-by-content.ts'
import { isAnothers, isKind, secondColumns } from './mapping-seconds.ts'
import { metadataField, openField } from './metadata-key.ts'

/** Column to field; null: not imported. A value may be a field of the target or `metadata.<key>`. */
export type ColumnMapping = Record<string, string | null>

export interface MappingNotice {
  code: 'guessed' | 'as-metadata' | 'ignored' | 'sensitive' | 'taken' | 'missing'
  /** Null when the notice is about the table. */
  column: string | null
  message: string
}

export interface ProposedMapping {
  mapping: ColumnMapping
  /** Language of the headers; English when they do not say. */
  language: HeaderLanguage
  notices: MappingNotice[]
}

/** Bank details and secrets are not kept in the open fields of a record. */
const SENSITIVE =
  /\biban|iban\b|\bbic\b|swift|\bkonto\b|\bkonto[-\s]?(nummer|nr|inhaber)|\bkto\b|kto\.?-?(nr|inh)|bankleitzahl|\bblz\b|\bbank(verbindung|name|bezeichnung|institut|daten)?\b|(kredit|geld)institut|account holder|account number|routing number|passwor[dt]|kennwort|passwd|credit card|kreditkarte|kartennummer|sepa|lastschrift|gläubiger|mandat(s|e)?([-\s]?(ref(erenz)?|datum|nr|nummer)|$)/i

/**
 * Proposes which column goes where: by the exact alias, the alias without accents and signs, an alias inside the
 * header, at last by what the column holds. The surest claim to a field wins, then the more usual alias, then the column
 * further left. Columns that stay go to metadata where the target has any; empty and sensitive ones are left out.
 * @param sampleRows Some rows of the table, cells in the order of `columns`.
 */
export function proposeMapping(
  columns: readonly string[],
  sampleRows: readonly (readonly string[])[],
  target: ImportTarget,
): ProposedMapping {
  const index = new AliasIndex(target)
  const language = index.languageOf(columns)
  const notices: MappingNotice[] = []
  const mapping: ColumnMapping = Object.fromEntries(columns.map((column) => [column, null]))
  const taken = new Map<string, string>()
  const sensitive = columns.filter((column) => SENSITIVE.test(column))
  const open = columns.filter((column) => !SENSITIVE.test(column))
  const take = (column: string, field: string) => {
    mapping[column] = field
    taken.set(field, column)
  }

  const cellsOf = (column: string) =>
    sampleRows.map((row) => row[columns.indexOf(column)] ?? '').filter((cell) => cell.trim() !== '')

  const claims = open.flatMap((column) => index.matches(column, language).map((match) => ({ column, match })))
  claims.sort((a, b) => a.match.distance - b.match.distance || a.match.rank - b.match.rank)
  const fields = new Map(target.fields.map((field) => [field.name, field]))
  const several = severalColumns(target)
  for (const { column, match } of claims) {
    if (mapping[column] !== null || (taken.has(match.field) && !several.has(match.field))) continue
    if (contradicts(fields.get(match.field)!, cellsOf(column))) continue
    if (
      match.distance === PARTIAL &&
      (isAside(column, match, taken) || !fitsContent(match.field, cellsOf(column), target))
    )
      continue
    take(column, match.field)
    if (match.distance === PARTIAL) notices.push(guessed(column, match))
  }
  refineByCompany(open, mapping, taken, target)
  const free = open.filter((column) => mapping[column] === null)
  for (const { column, field, beside } of secondColumns(free, { index, language, taken, target, cellsOf })) {
    take(column, field)
    const message = `"${column}" is imported as ${field}, beside "${beside}", and stands in where that is blank.`
    notices.push({ code: 'guessed', column, message })
  }

  if (fields.has('groups.ticked'))
    for (const column of tickedColumns(columns, (one) => open.includes(one) && mapping[one] === null, cellsOf)) {
      take(column, 'groups.ticked')
      const message = `"${column}" is imported as the group of this name of whoever is ticked in it.`
      notices.push({ code: 'guessed', column, message })
    }
  for (const column of open) {
    if (mapping[column] !== null) continue
    const cells = cellsOf(column)
    const rival = claims.find((claim) => claim.column === column)
    const field = fieldByContent(column, cells, target)
    if (field && !taken.has(field)) {
      take(column, field)
      notices.push({ code: 'guessed', column, message: `"${column}" is imported as ${field}, from what it holds.` })
    } else if (cells.length === 0 && sampleRows.length > 0) {
      notices.push({ code: 'ignored', column, message: `"${column}" is empty in the rows looked at and left out.` })
    } else if (target.unknown === 'metadata') {
      mapping[column] = metadataField(column, new Set(Object.values(mapping)))
      const holder = rival && taken.get(rival.match.field)
      const why = holder
        ? `${rival.match.field} is already imported from "${holder}"`
        : rival
          ? `what it holds does not look like ${rival.match.field}`
          : 'no field is known for it'
      notices.push({
        code: holder ? 'taken' : 'as-metadata',
        column,
        message: `"${column}" is kept as ${mapping[column]}: ${why}. Map it to a field or leave it out.`,
      })
    } else {
      notices.push({ code: 'ignored', column, message: `"${column}" is left out: no field is known for it.` })
    }
  }
  for (const column of sensitive) {
    notices.push({
      code: 'sensitive',
      column,
      message: `"${column}" looks like bank details or a secret and is left out.`,
    })
  }
  return { mapping, language, notices: [...notices, ...missing(target, taken)] }
}

const PARTIAL = 3

/** Fields that several columns fill together, such as `Abteilung 1` and `Abteilung 2`. */
const severalColumns = (target: ImportTarget): ReadonlySet<string> =>
  new Set(target.fields.filter(({ kind }) => kind === 'list' || kind === 'tick').map(({ name }) => name))

const OCCUPATION = /job|beruf|position|stelle|organi[sz]ation/i
/** Numbers of a person that are not those of a member. */
const OTHER_NUMBER = /ahv|sozial|versicher|steuer|ausweis|lizenz|pass\b|social|insurance|passport|licen[cs]e|tax\b/i

/** Numbers of anything: of a shirt, a locker, a licence. */
const ANY_NUMBER = /^(nummer|numéro|account id|person id|user id)$/
/** The end of a certificate or a card is not that of a membership. */
const EXPIRY = /expir|scadenza|gültig|valid/i
const MEMBERSHIP = /mitglied|member|adh(é|e)sion|socio|tessera(mento)?$|lid(maatschap)?\b/i

/** A part of a header is no claim to the name or the mailbox of who has one already, or to that of somebody else. */
function isAside(column: string, { field, alias }: Match, taken: ReadonlyMap<string, string>): boolean {
  const [, prefix = '', name = ''] = /^(member\.)?(.*)$/.exec(field) ?? []
  if (name === 'externalId' && ANY_NUMBER.test(alias)) return true
  if (name === 'leftOn' && EXPIRY.test(column) && !MEMBERSHIP.test(column)) return true
  if ((name === 'title' || name === 'groups') && OCCUPATION.test(column)) return true
  if (name === 'externalId' && OTHER_NUMBER.test(column)) return true
  if (isKind(column) && /phone|email|address/i.test(name)) return true
  if (name === 'fullName') return taken.has(`${prefix}firstName`) || taken.has(`${prefix}lastName`)
  return (
    isAnothers(column) && /^(firstName|lastName|birthday|gender|salutation|title|address|email|otherEmail)/.test(name)
  )
}

function guessed(column: string, match: Match): MappingNotice {
  return {
    code: 'guessed',
    column,
    message: `"${column}" is imported as ${match.field}, because it contains "${match.alias}".`,
  }
}

function missing(target: ImportTarget, taken: Map<string, string>): MappingNotice[] {
  return target.required
    .filter((choice) => !choice.some((name) => taken.has(name)))
    .map((choice) => ({
      code: 'missing' as const,
      column: null,
      message: `No column was found for ${choice.join(' or ')}; map one of the columns to it.`,
    }))
}

/**
 * Checks a mapping somebody gave.
 * @returns Sentences about columns that are not in the table, fields the target does not have, fields mapped twice and
 * required fields without a column; empty when it can be used.
 */
export function checkMapping(mapping: ColumnMapping, columns: readonly string[], target: ImportTarget): string[] {
  const problems: string[] = []
  const names = new Set(target.fields.map((field) => field.name))
  const seen = new Map<string, string>()
  const several = severalColumns(target)
  for (const [column, name] of Object.entries(mapping)) {
    if (!columns.includes(column)) problems.push(`There is no column "${column}".`)
    if (name === null) continue
    if (!names.has(name) && openField(name) === null) {
      problems.push(`"${name}" is not a field of ${target.id}; column "${column}" cannot be imported into it.`)
    }
    const other = seen.get(name)
    if (other !== undefined && !several.has(name))
      problems.push(`Columns "${other}" and "${column}" are both mapped to ${name}.`)
    seen.set(name, column)
  }
  return [...problems, ...missing(target, seen).map((notice) => notice.message)]
}
