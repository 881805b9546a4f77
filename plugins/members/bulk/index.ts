/**
 * Bulk operations (DOMAIN §3): one change of many members, planned first and applied second. The plan names for each
 * member what will happen or why it cannot; applying asks all of it again, in batches that are exactly once.
 *
 *   operations/   what can be done, one file each; other plugins contribute theirs
 *   plan.ts       a verdict for each member        apply.ts    carrying it out
 *   bulk-sql.ts   every statement                  routes.ts, jobs.ts, download.ts   the ways in
 */
export { bulkJobs } from './jobs.ts'
export { bulkRoutes } from './routes.ts'
