/**
 * Rehearsals: the organisation's rows under a temporary id, a clock that runs ahead, the real plugins and workers, and
 * nothing that reaches outside. Offered to plugins as `core.simulation`.
 */
export { deleteStaleCopies } from './copy-organization.ts'
export { simulate } from './simulate.ts'
