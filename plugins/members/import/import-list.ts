import { defineListing, type ListRequest, type PageOf, readPage, type Tx } from '@guildhall/sdk'
import { type Import, importStates } from './import-schema.ts'
import type { ImportRecord } from './import-sql.ts'
import { viewOf } from './import-view.ts'

export const importListing = defineListing({
  id: 'imports',
  fields: {
    state: { type: 'text', column: 'i.state', description: 'State', values: importStates },
    into: { type: 'text', column: 'i.target', description: 'What it fills' },
  },
  sorts: { createdAt: { column: 'i.created_at', type: 'timestamp', leads: true } },
  defaultSort: '-createdAt',
  idColumn: 'i.id',
  tenantColumn: 'i.tenant_id',
})

export const importPage = (tx: Tx, request: ListRequest): Promise<PageOf<Import>> =>
  readPage<ImportRecord, Import>(tx, importListing, request, {
    select: 'i.*',
    from: 'members.import i',
    tenantId: tx.tenantId,
    of: (record) => viewOf(record),
  })
