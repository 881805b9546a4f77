/** What other plugins may import of members: the service, what they can contribute, the events. Types and ids only. */
import { serviceRef } from '@guildhall/sdk'
import type { ImportService } from './import/service-contract.ts'

export * from './contributions.ts'
export * from './events.ts'
export type { ImportProgress, ImportService, NewImport } from './import/service-contract.ts'
export {
  Address,
  defaultExternalSystem,
  ExternalId,
  genders,
  Member,
  MemberInput,
  MemberPatch,
  type MemberStatus,
  MemberSummary,
  memberStatuses,
} from './member-schema.ts'
export * from './service-contract.ts'
export { metadataCells, mostKeys, objectColumns, sheetParameters, tableColumns } from './sheet-columns.ts'
export { type ListSheet, type SheetService, sheetService, sheetTypes } from './sheet-service.ts'
/** Imports, driven by whoever calls: the command line. */
export const importService = serviceRef<ImportService>({ id: 'members.imports', scope: 'tenant' })
