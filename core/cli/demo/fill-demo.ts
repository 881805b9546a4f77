import type { Identity } from '../../auth/index.ts'
import type { Platform } from '../../platform.ts'
import { type Api, withApi } from '../workshop/api.ts'
import { demoGroups, demoMembers } from './demo-people.ts'

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
  const on = await platform.runtime.enablement.of(tenantId)
  await withApi({ ...platform, platform, identity }, tenantId, async (api) => {
    if (on.isOn('groups')) await makeGroups(api)
    const made = on.isOn('members') ? await makeMembers(api) : 0
    if (made > 0) note(`Made ${made} members in the demo.`)
  })
}

async function makeGroups(api: Api): Promise<void> {
  const there = items(await api.call('GET', '/groups?limit=200'))
  const root = there.find(({ parentId }) => parentId === null)
  if (!root || there.length > 1) return
  for (const name of demoGroups) await api.call('POST', '/groups', { name, parentId: root.id })
}

async function makeMembers(api: Api): Promise<number> {
  if (items(await api.call('GET', '/members?limit=1')).length > 0) return 0
  for (const member of demoMembers) await api.call('POST', '/members', member)
  return demoMembers.length
}

const items = (response: Awaited<ReturnType<Api['call']>>) =>
  response.json<{ items: { id: string; parentId: string | null }[] }>().items
