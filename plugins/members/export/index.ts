/** Exports: the list of members as a file that an import reads back unchanged. */
export { exportRoutes } from './export-routes.ts'
