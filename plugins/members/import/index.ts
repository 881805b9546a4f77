/**
 * Imports: from a table to rows, by way of a plan. Without a database: which column is which field (`proposeMapping`,
 * `checkMapping`, `IMPORT_TARGETS`) and what each cell says (`parseValue`, `DateOrderVote`). With one: `make-plan`,
 * `apply-plan` and `undo-import`, offered as routes, jobs and a service.
 */
export { deleteUploads, importJobs } from './import-jobs.ts'
export { importRoutes } from './import-routes.ts'
export { importServiceFor } from './import-service.ts'
export type { HeaderLanguage, ImportField, ImportTarget, ImportTargetId } from './import-target.ts'
export type { ColumnMapping, MappingNotice, ProposedMapping } from './mapping.ts'
export { checkMapping, proposeMapping } from './mapping.ts'
export { IMPORT_TARGETS } from './targets/index.ts'
export * from './values/index.ts'
