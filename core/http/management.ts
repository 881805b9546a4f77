/** A second, small server for the operator's own network: health and metrics without a token. */
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { type HealthChecks, healthRoutes } from './health.ts'
import { problemAnswer } from './problem-answer.ts'

/** Not listening yet; whoever makes it closes it. */
export async function createManagementServer(app: FastifyInstance, checks: HealthChecks): Promise<FastifyInstance> {
  const management: FastifyInstance = Fastify({
    loggerInstance: app.log,
    logController: new LogController({ disableRequestLogging: true }),
  })
  await management.register(problemAnswer)
  await management.register(healthRoutes, { checks })
  management.get('/metrics', async (_request, reply) =>
    reply.type(app.metrics.contentType).send(await app.metrics.metrics()),
  )
  return management
}
