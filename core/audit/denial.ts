import type { FastifyRequest } from 'fastify'
import { QueryTypes } from 'sequelize'
import { v7 as uuidv7 } from 'uuid'
import { platformAuditor } from '../auth/audit-platform.ts'
import { truncated } from '../auth/index.ts'
import { actorColumns } from '../events/write-effects.ts'
import type { RequestState } from '../pipeline/index.ts'
import { noOrganization } from '../pipeline/which-tenant.ts'
import type { Runtime } from '../runtime.ts'

/** A refused attempt has no transaction of its own to ride on, so it is written beside the request. */
export async function recordDenial(
  runtime: Pick<Runtime, 'database' | 'clock'>,
  state: RequestState,
  permission: string,
  request: FastifyRequest,
): Promise<void> {
  const actor = actorColumns(state.actor)
  const meta = { permission, route: `${request.method} ${request.routeOptions.url}` }
  if (state.tenantId === noOrganization) {
    const audit = platformAuditor({ platform: runtime.database.platform, clock: runtime.clock })
    return audit({
      event: 'core.access-denied',
      outcome: 'denied',
      actor,
      requestId: request.id,
      address: request.ip,
      meta,
    })
  }
  await runtime.database.platform.query(
    `INSERT INTO core.audit_event (tenant_id, id, at, event, outcome, actor_kind, actor_id, platform, request_id, address, meta)
     VALUES ($1, $2, $3, 'core.access-denied', 'denied', $4, $5, $6, $7, $8, $9)`,
    {
      bind: [
        state.tenantId,
        uuidv7(),
        runtime.clock.now(),
        actor.kind,
        actor.id,
        actor.platform,
        request.id,
        truncated(request.ip),
        JSON.stringify(meta),
      ],
      type: QueryTypes.INSERT,
    },
  )
}
