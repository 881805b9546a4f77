import { listQuery } from '@guildhall/sdk'
import Type from 'typebox'
import { memberListing } from '../listing.ts'
import type { MembersRouter } from '../routes/router.ts'
import { sheetParameters } from '../sheet-columns.ts'
import { sheets, sheetTypes } from '../sheet-service.ts'
import { chosen, objectColumns, tableColumns } from './export-columns.ts'
import { exportedPage, openFields } from './export-members.ts'

const { limit: _, cursor: __, total: ___, ...filters } = listQuery(memberListing).properties

const Query = Type.Object(
  {
    ...filters,
    ...sheetParameters,
    fields: Type.Optional(
      Type.String({
        maxLength: 4000,
        description: 'Columns, separated by commas; default: all',
        examples: ['lastName,email'],
      }),
    ),
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
    produces: sheetTypes,
    schema: { query: Query },
    handler: async (ctx, { query: { format, fields, language, ...query } }) => {
      const all = format === 'ndjson' ? objectColumns() : tableColumns(language, await ctx.read(openFields))
      const columns = chosen(all, fields)
      return sheets.download({
        name: 'members',
        format,
        language,
        sheetName: language === 'de' ? 'Mitglieder' : 'Members',
        columns: columns.map(({ name, header }) => ({ key: name, header })),
        on: ctx.now(),
        page: exportedPage(ctx, query, columns),
      })
    },
  })
}
