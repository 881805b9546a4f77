/**
 * A tenant's request, from the door to the row: ARCHITECTURE §3 as a table. Columns are the kinds of entry, rows the
 * rules; each rule is one file. Jobs and events take the same rules in `jobs/worker.ts` and `events/`, actions in `core-plugin/acting/`.
 *
 *                 | HTTP               | event, job            | bot action
 * 1 who           | who.ts             | system, on behalf of  | bot, installed by
 * 2 which tenant  | which-tenant.ts    | stored with it        | the installation's
 * 3 plugin on     | plugin-on.ts       | skipped, parked       | refused
 * 4 may           | may.ts, ctx.require| -                     | requires, every call
 * 5 well-formed   | Fastify's Ajv      | payload, input schema | input and output schema
 * 6 unit of work  | enter.ts           | ctx.transaction       | the run's
 * 7 effects       | Tx                 | Tx                    | Tx
 * 8 answer        | answer.ts          | ack                   | output schema
 */
import type { Lookup, Access as RouteAccess } from '@guildhall/sdk'
import type { FastifyRequest } from 'fastify'
import type { Principal } from '../auth/principal.ts'
import { type AccessCache, anonymousAccess } from '../permissions/access-cache.ts'
import type { Enablement, EnablementCache, InstalledPlugin } from '../plugin-host/index.ts'
import { may } from './may.ts'
import { pluginOn } from './plugin-on.ts'
import type { RequestState, Step } from './state.ts'
import { whichTenant } from './which-tenant.ts'
import { who } from './who.ts'

export { describe, factsOf, unchanged } from './answer.ts'
export type { RequestState, Step } from './state.ts'

export interface PipelineParts {
  readonly authenticate: (request: FastifyRequest) => Promise<Principal | null>
  readonly resolveTenant: (principal: Principal, named: string | undefined) => Promise<string>
  readonly lookup: Lookup
  readonly enablement: EnablementCache
  readonly access: AccessCache
  readonly denied: (state: RequestState, permission: string, request: FastifyRequest) => void
}

/** Before the body is read: who, which tenant, is the plugin on, may he at all. */
export const arrivalSteps = (o: PipelineParts): readonly Step[] => [
  who(o.authenticate),
  whichTenant({ resolve: o.resolveTenant, lookup: o.lookup }),
  pluginOn(o.enablement),
  may(o.access, o.denied),
]

const nothingOn: Enablement = { states: new Map(), isOn: () => false, config: () => ({}) }

export const arriving = (plugin: InstalledPlugin, route: RouteAccess<string>): RequestState => ({
  plugin,
  route,
  principal: null,
  actor: { kind: 'anonymous' },
  tenantId: '',
  enablement: nothingOn,
  access: anonymousAccess,
})
