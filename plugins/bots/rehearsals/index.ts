/** Rehearsals: what a bot would do in the days to come. */
export { rehearsalJobs } from './rehearse.ts'
export { rehearsalRoutes } from './routes.ts'
