/** Columns of an export: names that an import maps back by itself, in both languages. */
import { invalid } from '@guildhall/sdk'
import type { CustomField } from '../custom-fields/definition.ts'
import { defaultExternalSystem, Member } from '../member-schema.ts'
import type { MemberRecord } from '../refs.ts'
import { mappable, metadataCell } from '../sheet-columns.ts'

export type ExportLanguage = 'en' | 'de'
export interface ExportColumn {
  /** As in `?fields=`. */
  readonly name: string
  readonly header: string
  readonly value: (member: MemberRecord) => unknown
}

type Titles = readonly [name: string, en: string, de: string]

const TITLES: readonly Titles[] = [
  ['recordId', 'Record ID', 'Datensatz-ID'],
  ['externalId', 'External ID', 'Mitgliedsnummer'],
  ['firstName', 'First name', 'Vorname'],
  ['middleName', 'Middle name', 'Zweiter Vorname'],
  ['lastName', 'Last name', 'Nachname'],
  ['suffix', 'Suffix', 'Namenszusatz'],
  ['displayName', 'Display name', 'Anzeigename'],
  ['email', 'Email', 'E-Mail'],
  ['phone', 'Phone', 'Telefon'],
  ['address.street', 'Street', 'Straße'],
  ['address.houseNumber', 'House number', 'Hausnummer'],
  ['address.extra', 'Address line 2', 'Adresszusatz'],
  ['address.postalCode', 'Postal code', 'PLZ'],
  ['address.city', 'City', 'Ort'],
  ['address.region', 'Region', 'Bundesland'],
  ['address.country', 'Country', 'Land'],
  ['birthday', 'Birthday', 'Geburtsdatum'],
  ['gender', 'Gender', 'Geschlecht'],
  ['language', 'Language', 'Sprache'],
  ['photoUrl', 'Photo URL', 'Foto'],
  ['skills', 'Skills', 'Fähigkeiten'],
  ['tags', 'Tags', 'Schlagworte'],
  ['notes', 'Notes', 'Notizen'],
  ['role', 'Role', 'Rolle'],
  ['status', 'Status', 'Status'],
  ['joinedOn', 'Joined on', 'Eintritt'],
  ['leftOn', 'Left on', 'Austritt'],
  ['emergencyContact.name', 'Emergency contact', 'Notfallkontakt'],
  ['emergencyContact.phone', 'Emergency phone', 'Notfallnummer'],
  ['emergencyContact.relationship', 'Emergency contact relationship', 'Notfallkontakt Beziehung'],
]

const numberIn = (member: MemberRecord, system: string): string | null =>
  member.externalIds.find((id) => id.system === system)?.value ?? null

function plain(name: string): ExportColumn['value'] {
  if (name === 'recordId') return (member) => member.id
  if (name === 'externalId') return (member) => numberIn(member, defaultExternalSystem)
  const [field, key] = name.split('.') as [keyof MemberRecord, string | undefined]
  if (key === undefined) return (member) => member[field]
  return (member) => (member[field] as Record<string, unknown> | null)?.[key]
}

/** What an organisation's members have beyond the fields everybody has. */
export interface OpenFields {
  readonly customFields: readonly CustomField[]
  readonly metadataKeys: readonly string[]
  readonly systems: readonly string[]
}

export function tableColumns(language: ExportLanguage, open: OpenFields): ExportColumn[] {
  const fixed = TITLES.map(([name, en, de]) => ({ name, header: language === 'de' ? de : en, value: plain(name) }))
  const custom = open.customFields.map(({ key }): ExportColumn => {
    const name = `customFields.${key}`
    return { name, header: name, value: (member) => member.customFields[key] }
  })
  const systems = open.systems
    .filter((system) => system !== defaultExternalSystem && mappable.test(system))
    .map((system): ExportColumn => {
      const name = `externalIds.${system}`
      return { name, header: name, value: (member) => numberIn(member, system) }
    })
  const metadata = open.metadataKeys
    .filter((key) => mappable.test(key))
    .map((key): ExportColumn => {
      const name = `metadata.${key}`
      return { name, header: name, value: (member) => metadataCell(member.metadata[key]) }
    })
  return [...fixed, ...systems, ...custom, ...metadata]
}

/** NDJSON keeps the members as the API shows them. */
export const objectColumns = (): ExportColumn[] =>
  Object.keys(Member.properties).map((name) => ({
    name,
    header: name,
    value: (member) => member[name as keyof MemberRecord],
  }))

/** @throws Problem 400 naming the columns there are */
export function chosen(columns: readonly ExportColumn[], fields: string | undefined): readonly ExportColumn[] {
  if (fields === undefined || fields.trim() === '') return columns
  return fields.split(',').map((field) => {
    const column = columns.find(({ name }) => name === field.trim())
    if (column) return column
    const names = columns.map(({ name }) => name).join(', ')
    throw invalid('/fields', `There is no column "${field.trim()}"; choose from: ${names}`, { in: 'query' })
  })
}
