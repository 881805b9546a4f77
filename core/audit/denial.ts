import type { Actor, Tx } from '@guildhall/sdk'
import type { FastifyRequest } from 'fastify'
import { QueryTypes } from 'sequelize'
import { v7 as uuidv7 } from 'uuid'
import { platformAuditor } from '../auth/audit-platform.ts'
import { truncated } from '../auth/index.ts'
import type { RequestState } from '../pipeline/index.ts'
import { noOrganization } from '../pipeline/which-tenant.ts'
import type { Runtime } from '../runtime.ts'
import { actorColumns } from './actor.ts'

type Writing = Pick<Runtime, 'database' | 'clock'>

/** A refused attempt has no transaction of its own to ride on, so it is written beside the request. */
export async function recordDenial(
  runtime: Writing,
  state: RequestState,
  permission: string,
  request: FastifyRequest,
): Promise<void> {
  const meta = { permission, route: `${request.method} ${request.routeOptions.url}` }
  if (state.tenantId === noOrganization) {
    const audit = platformAuditor({ platform: runtime.database.platform, clock: runtime.clock })
    return audit({
      event: 'core.access-denied',
      outcome: 'denied',
      actor: actorColumns(state.actor),
      requestId: request.id,
      address: request.ip,
      meta,
    })
  }
  await write(runtime, { ...state, requestId: request.id, address: truncated(request.ip), meta })
}

/** The same for an action that a bot asked for; its unit of work is rolled back. */
export const recordBotDenial = (
  runtime: Writing,
  tx: Pick<Tx, 'tenantId' | 'actor'>,
  { runId, ...meta }: { permission: string; action: string; runId: string },
): Promise<void> => write(runtime, { tenantId: tx.tenantId, actor: tx.actor, requestId: runId, address: null, meta })

async function write(
  { database, clock }: Writing,
  o: { tenantId: string; actor: Actor; requestId: string; address: string | null; meta: object },
): Promise<void> {
  const actor = actorColumns(o.actor)
  await database.platform.query(
    `INSERT INTO core.audit_event (tenant_id, id, at, event, outcome, actor_kind, actor_id, on_behalf_of, platform,
                                   request_id, address, meta)
     VALUES ($1, $2, $3, 'core.access-denied', 'denied', $4, $5, $6, $7, $8, $9, $10)`,
    {
      bind: [
        o.tenantId,
        uuidv7(),
        clock.now(),
        actor.kind,
        actor.id,
        actor.onBehalfOf,
        actor.platform,
        o.requestId,
        o.address,
        JSON.stringify(o.meta),
      ],
      type: QueryTypes.INSERT,
    },
  )
}
