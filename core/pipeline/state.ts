import type { Actor, Access as RouteAccess } from '@guildhall/sdk'
import type { FastifyRequest } from 'fastify'
import type { Principal } from '../auth/principal.ts'
import type { Access } from '../permissions/access.ts'
import type { Enablement, InstalledPlugin } from '../plugin-host/index.ts'

/** What the pipeline has found out about a request; each step adds its part. */
export interface RequestState {
  readonly plugin: InstalledPlugin
  readonly route: RouteAccess<string>
  principal: Principal | null
  actor: Actor
  tenantId: string
  enablement: Enablement
  access: Access
}

declare module 'fastify' {
  interface FastifyRequest {
    guildhall: RequestState
  }
  interface FastifyContextConfig {
    /** The plugin a route belongs to, and who may call it. */
    plugin?: string
    access?: RouteAccess<string>
  }
}

/** One rule of the pipeline. It returns when the request may go on and throws a Problem when it may not. */
export type Step = (request: FastifyRequest, state: RequestState) => Promise<void> | void
