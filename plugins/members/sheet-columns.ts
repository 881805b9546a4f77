/** Columns of files that an import reads back: headers in both languages, a column for each key of metadata. */
import Type, { type TObject } from 'typebox'
import type { ListSheet } from './sheet-service.ts'

/** More keys than that make no table. */
export const mostKeys = 300
/** Keys that a mapping can name, in letters of any script; others stay in NDJSON. */
export const mappable = /^[\p{L}\p{M}\p{N}_-]{1,64}$/u

export const tableColumns = (
  titles: readonly (readonly [key: string, en: string, de: string])[],
  metadataKeys: readonly string[],
  language: 'en' | 'de',
): ListSheet['columns'] => [
  ...titles.map(([key, en, de]) => ({ key, header: language === 'de' ? de : en })),
  ...metadataKeys
    .filter((key) => mappable.test(key))
    .map((key) => ({ key: `metadata.${key}`, header: `metadata.${key}` })),
]

/** Lists and objects are written as JSON: joined by semicolons a list would come back as a text. */
export const metadataCell = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value
export const metadataCells = (metadata: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`metadata.${key}`, metadataCell(value)]))

/** NDJSON keeps things as the API shows them. */
export const objectColumns = (schema: TObject): ListSheet['columns'] =>
  Object.keys(schema.properties).map((key) => ({ key, header: key }))

/** Query parameters that say how the file is to look. */
export const sheetParameters = {
  format: Type.Enum(['csv', 'xlsx', 'ndjson'], { default: 'csv', description: 'Kind of file' }),
  language: Type.Enum(['en', 'de'], { default: 'en', description: 'Of the headers; German CSV has semicolons' }),
}
