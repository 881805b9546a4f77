/**
 * From a table to values of a record, without a database: which column is which field (`proposeMapping`,
 * `checkMapping`, `IMPORT_TARGETS`) and what each cell says (`parseValue`, `DateOrderVote`).
 */
export type { HeaderLanguage, ImportField, ImportTarget, ImportTargetId } from './import-target.ts'
export type { ColumnMapping, MappingNotice, ProposedMapping } from './mapping.ts'
export { checkMapping, proposeMapping } from './mapping.ts'
export { IMPORT_TARGETS } from './targets/index.ts'
export * from './values/index.ts'
