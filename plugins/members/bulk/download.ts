/** The file of an export. It is written while it is fetched: nothing personal waits on a disk, and any node can give it. */
import { type Download, Problem, problems } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import { type ExportColumn, type ExportLanguage, objectColumns, tableColumns } from '../export/export-columns.ts'
import { openFields } from '../export/export-members.ts'
import { WRITE_FORMATS, type WriteFormat, writeSheet } from '../sheets/index.ts'
import { readMembers } from '../sql/read-members.ts'
import { exportedRows, readSubjects } from './bulk-sql.ts'
import { requireBulk } from './bulk-view.ts'
import { exportOperation } from './operations/index.ts'

const pageSize = 1000

/** @throws Problem 404, 409 before it is applied */
export async function download(ctx: MembersContext, id: string): Promise<Download> {
  const row = await ctx.read((tx) => requireBulk(ctx, tx, id))
  if (row.operation !== exportOperation) throw new Problem(problems.notFound)
  if (row.state !== 'applied')
    throw new Problem(problems.conflict, { detail: `Apply the export first; it is ${row.state}.` })
  const { format = 'csv', language = 'en' } = row.parameters as { format?: WriteFormat; language?: ExportLanguage }
  const columns = format === 'ndjson' ? objectColumns() : tableColumns(language, await ctx.read(openFields))
  const { contentType, extension } = WRITE_FORMATS[format]
  return {
    fileName: `members-${row.created_at.toISOString().slice(0, 10)}.${extension}`,
    type: contentType,
    body: writeSheet(rowsOf(ctx, id, columns), {
      format,
      columns: columns.map(({ name, header }) => ({ key: name, header })),
      sheetName: language === 'de' ? 'Mitglieder' : 'Members',
      ...(language === 'de' && { separator: ';' as const }),
    }),
  }
}

/** Rights are asked of each member while he is read: who is gone, or out of reach by now, is left out. */
async function* rowsOf(ctx: MembersContext, id: string, columns: readonly ExportColumn[]): AsyncGenerator<object> {
  for (let after = 0; ; ) {
    const page = await ctx.read(async (tx) => {
      const rows = await exportedRows(tx, id, after, pageSize)
      const ids = rows.map(({ member_id }) => member_id)
      const reached = await readSubjects(ctx, tx, { ids, permission: 'members.export' })
      const members = await readMembers(tx, ids)
      return {
        last: rows.length < pageSize,
        after: rows.at(-1)?.number ?? after,
        members: ids.flatMap((one) => (reached.get(one)?.permitted ? (members.get(one) ?? []) : [])),
      }
    })
    for (const member of page.members) yield Object.fromEntries(columns.map(({ name, value }) => [name, value(member)]))
    if (page.last) return
    after = page.after
  }
}
