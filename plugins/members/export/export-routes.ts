import { listQuery } from '@guildhall/sdk'
import Type from 'typebox'
import { memberListing } from '../listing.ts'
import type { MembersRouter } from '../routes/router.ts'
import { WRITE_FORMATS, writeSheet } from '../sheets/index.ts'
import { chosen, objectColumns, tableColumns } from './export-columns.ts'
import { exportedMembers, openFields } from './export-members.ts'

const { limit: _, cursor: __, total: ___, ...filters } = listQuery(memberListing).properties

const Query = Type.Object(
  {
    ...filters,
    format: Type.Enum(['csv', 'xlsx', 'ndjson'], { default: 'csv', description: 'Kind of file' }),
    fields: Type.Optional(
      Type.String({
        maxLength: 4000,
        description: 'Columns, separated by commas; default: all',
        examples: ['lastName,email'],
      }),
    ),
    language: Type.Enum(['en', 'de'], { default: 'en', description: 'Of the headers; German CSV has semicolons' }),
  },
  { additionalProperties: Type.String({ maxLength: 2000 }) },
)

export function exportRoutes(r: MembersRouter): void {
  r.download({
    url: '/members/export',
    access: { requires: 'members.export' },
    summary: 'Export members as CSV, XLSX or NDJSON',
    description:
      'Takes the filters, search, sort and `at` of the list. A file written here is read back by an import, which finds every row unchanged.',
    tags: ['Members'],
    produces: ['text/csv', WRITE_FORMATS.xlsx.contentType, 'application/x-ndjson'],
    schema: { query: Query },
    handler: async (ctx, { query: { format, fields, language, ...query } }) => {
      const all = format === 'ndjson' ? objectColumns() : tableColumns(language, await ctx.read(openFields))
      const columns = chosen(all, fields)
      const rows = await exportedMembers(ctx, query, columns)
      const { contentType, extension } = WRITE_FORMATS[format]
      return {
        fileName: `members-${ctx.now().toISOString().slice(0, 10)}.${extension}`,
        type: contentType,
        body: writeSheet(rows, {
          format,
          columns: columns.map(({ name, header }) => ({ key: name, header })),
          sheetName: language === 'de' ? 'Mitglieder' : 'Members',
          ...(language === 'de' && { separator: ';' as const }),
        }),
      }
    },
  })
}
