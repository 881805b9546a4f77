/** Bots of organisations of the ground, published and installed as people do it, and a node that runs them. */
import { QueryTypes } from 'sequelize'
import { servedEnvironment } from './api.ts'
import type { Ground } from './ground.ts'
import { type Started, start } from './processes.ts'

export const served = (ground: Ground, role: 'api' | 'all'): Promise<Started> =>
  start('./served.ts', { env: { ...servedEnvironment(ground), LOG_LEVEL: 'error', GUILDHALL_ROLE: role } })

export type Send = (path: string, body: object, o?: { method: 'PUT' }) => Promise<{ readonly id: string }>

/** @throws Error with the answer when it is refused */
export const posting =
  ({ address }: Started, token: string): Send =>
  async (path, body, o) => {
    const answer = await fetch(`${address}/api/v1${path}`, {
      method: 'POST',
      ...o,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer.json() as Promise<{ id: string }>
  }

export interface MeasuredBot {
  readonly id: string
  readonly code: string
  readonly kind: 'event' | 'action'
  readonly triggers: object
  readonly actions?: readonly string[]
}

export async function botOf(post: Send, { id, code, kind, triggers, actions = [] }: MeasuredBot): Promise<void> {
  const source = `import { defineBot } from '@guildhall/sdk'
export default defineBot({
  id: '${id}', version: '1.0.0', title: '${id}', description: 'Measured.', kind: '${kind}',
  config: { schema: { type: 'object', properties: {} } },
  triggers: ${JSON.stringify(triggers)},
  permissions: { actions: ${JSON.stringify(actions)} },
  async run(ctx, event) { ${code} },
})
`
  await post('/bots', { source })
  await post(`/bots/${id}/configure`, { consent: { actions, hosts: [] } })
}

export const query = <Row extends object>(ground: Ground, sql: string, bind: unknown[] = []): Promise<Row[]> =>
  ground.platform.runtime.database.platform.query<Row>(sql, { bind, type: QueryTypes.SELECT })
