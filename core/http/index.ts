/**
 * The HTTP layer: a Fastify instance with everything a route should not think about. Each file is one piece, registered
 * in `server.ts` in the order in which a request meets them. Routes say what they are in `config` (`access`, `plugin`,
 * `limit`, `problems`, or `open` with a reason for core's own anonymous routes); the pieces read it there.
 */
export { problemsMarkdown } from './error-page.ts'
export { type HealthCheck, HealthChecks, type HealthState } from './health.ts'
export { createLog, type LogOptions, loggedError, shownPath } from './log.ts'
export { createManagementServer } from './management.ts'
export { documentFor, type OpenApiDocument } from './openapi.ts'
export { problemBody, problemType, sendProblem, toProblem } from './problem-answer.ts'
export type { Limit } from './rate-limits.ts'
export { createServer, type ServerOptions } from './server.ts'
