import type { LightMyRequestResponse } from 'fastify'
import { createApiToken, type Identity, revokeApiToken } from '../../auth/index.ts'
import { createLog } from '../../http/index.ts'
import type { Platform } from '../../platform.ts'
import { buildServer } from '../../server.ts'
import { commandActor } from '../workshop/open.ts'
import { demoGroups, demoMembers } from './demo-people.ts'

type Call = (method: 'GET' | 'POST', url: string, body?: object) => Promise<LightMyRequestResponse>

/**
 * Groups and members of the demo, made through the API like anybody's: what the plugins check, they check here too.
 * Parts that hold something already are left alone.
 */
export async function fillDemo(
  platform: Platform,
  identity: Identity,
  tenantId: string,
  note: (message: string) => void,
): Promise<void> {
  const { runtime, config, version } = platform
  const on = await runtime.enablement.of(tenantId)
  if (!on.isOn('members')) return
  const act = { tenantId, actor: commandActor }
  const { token, record } = await runtime.units.run(act, (tx) =>
    createApiToken(tx, {
      name: 'demo data',
      role: 'makerspace_admin',
      expiresAt: new Date(tx.now().getTime() + 600_000),
    }),
  )
  const app = await buildServer({
    runtime,
    identity,
    log: createLog({ level: 'silent' }),
    dataDir: config.dataDir,
    publicUrl: 'http://localhost',
    version,
  })
  try {
    const call: Call = (method, url, payload) =>
      app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { authorization: `Bearer ${token}` },
        ...(payload ? { payload } : {}),
      })
    if (on.isOn('groups')) await makeGroups(call)
    const made = await makeMembers(call)
    if (made > 0) note(`Made ${made} members in the demo.`)
  } finally {
    await runtime.units.run(act, (tx) => revokeApiToken(tx, record.id))
    await app.close()
  }
}

async function makeGroups(call: Call): Promise<void> {
  const there = items(expected(await call('GET', '/groups?limit=200'), 200))
  const root = there.find(({ parentId }) => parentId === null)
  if (!root || there.length > 1) return
  for (const name of demoGroups) expected(await call('POST', '/groups', { name, parentId: root.id }), 201)
}

async function makeMembers(call: Call): Promise<number> {
  if (items(expected(await call('GET', '/members?limit=1'), 200)).length > 0) return 0
  for (const member of demoMembers) expected(await call('POST', '/members', member), 201)
  return demoMembers.length
}

const items = (response: LightMyRequestResponse) =>
  response.json<{ items: { id: string; parentId: string | null }[] }>().items

function expected(response: LightMyRequestResponse, status: number): LightMyRequestResponse {
  if (response.statusCode !== status)
    throw new Error(`The demo could not be filled: ${response.statusCode} ${response.body.slice(0, 500)}`)
  return response
}
