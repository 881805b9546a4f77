import { randomUUID } from 'node:crypto'
import type { Actor, EventRef, ServiceRef, Tx } from '@guildhall/sdk'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { QueryTypes } from 'sequelize'
import type { Static, TSchema } from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import { createApiToken } from '../auth/tokens/api-tokens.ts'
import { setPluginState } from '../plugin-host/index.ts'
import { serviceIn } from '../plugin-host/service-in.ts'
import type { TestPlatform } from './platform.ts'

export interface TestClient {
  readonly token: string | null
  inject(o: InjectOptions): Promise<LightMyRequestResponse>
  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  post(url: string, payload?: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  put(url: string, payload: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  patch(url: string, payload: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  delete(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
}

/** One organisation of a test platform: whoever calls it, and work done in it without a route. */
export class TestTenant {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly rootId: string
  readonly platform: TestPlatform

  constructor(platform: TestPlatform, o: { id: string; slug: string; name: string; rootId: string }) {
    this.platform = platform
    this.id = o.id
    this.slug = o.slug
    this.name = o.name
    this.rootId = o.rootId
  }

  /** A unit of work of this organisation, for what no route offers. */
  unit<R>(fn: (tx: Tx) => Promise<R>, actor: Actor = { kind: 'system', reason: 'test' }): Promise<R> {
    return this.platform.runtime.units.run({ tenantId: this.id, actor }, fn)
  }

  /** A caller with a real API token: of a role, or of a role made of exactly these permissions. */
  async as(
    who: { role: string; scopes?: readonly string[] } | { permissions: readonly string[] } | 'anonymous',
  ): Promise<TestClient> {
    if (who === 'anonymous') return this.client(null)
    const role = 'role' in who ? who.role : await this.#roleOf(who.permissions)
    const scopes = 'role' in who ? (who.scopes ?? null) : null
    const { token } = await this.unit((tx) => createApiToken(tx, { name: 'test', role, scopes }))
    return this.client(token)
  }

  /** The administrator's token. */
  admin(): Promise<TestClient> {
    return this.as({ role: 'makerspace_admin' })
  }

  client(token: string | null, headers: Record<string, string> = {}): TestClient {
    const { app } = this.platform
    const inject = (o: InjectOptions) =>
      app.inject({
        ...o,
        headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers, ...o.headers },
      })
    const send =
      (method: NonNullable<InjectOptions['method']>) =>
      (url: string, payload?: object, more: Record<string, string> = {}) =>
        inject({ method, url, headers: more, ...(payload === undefined ? {} : { payload }) })
    return {
      token,
      inject,
      get: (url, more = {}) => inject({ method: 'GET', url, headers: more }),
      post: send('POST'),
      put: send('PUT'),
      patch: send('PATCH'),
      delete: (url, more = {}) => inject({ method: 'DELETE', url, headers: more }),
    }
  }

  async enable(pluginId: string, config?: object): Promise<void> {
    await setPluginState(this.platform.runtime, this.id, pluginId, { enabled: true, ...(config ? { config } : {}) })
  }

  async disable(pluginId: string): Promise<void> {
    await setPluginState(this.platform.runtime, this.id, pluginId, { enabled: false })
  }

  /** A service as `plugin` uses it in work of the platform; default: core. */
  service<T>(ref: ServiceRef<T>, plugin = 'core'): Promise<T> {
    const { signal } = new AbortController()
    const actor = { kind: 'system', reason: 'test' } as const
    return serviceIn(this.platform.runtime, ref, { tenantId: this.id, actor, signal, plugin })
  }

  async emit<S extends TSchema>(event: EventRef<S>, payload: Static<S>): Promise<void> {
    await this.unit((tx) => tx.emit(event, payload))
  }

  async audit(): Promise<readonly { action: string; actorKind: string; targetId: string | null }[]> {
    return this.platform.runtime.database.platform.query(
      `SELECT event AS action, actor_kind AS "actorKind", target_id AS "targetId" FROM core.audit_event
        WHERE tenant_id = $1 ORDER BY at, id`,
      { bind: [this.id], type: QueryTypes.SELECT },
    )
  }

  async #roleOf(permissions: readonly string[]): Promise<string> {
    const key = `test-${randomUUID().slice(0, 8)}`
    await this.unit(async (tx) => {
      await tx.query('INSERT INTO core.role (tenant_id, id, key, title, permissions) VALUES ($1, $2, $3, $3, $4)', [
        tx.tenantId,
        uuidv7(),
        key,
        permissions,
      ])
      tx.accessChanged()
    })
    return key
  }
}
