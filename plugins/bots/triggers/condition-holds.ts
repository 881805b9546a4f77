/** Whether an event is one the administrator meant: its payload, and the member or group it names as the installer sees them. */
import { compileFilter, type Filter, type HeardEvent, isProblem } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import { groupCondition, payloadListing } from '../installations/conditions.ts'
import type { EventCondition } from '../installations/stored.ts'

interface Of {
  readonly id: string
  readonly condition: EventCondition | null
  readonly installedBy: { readonly kind: string; readonly id: string }
}

export async function conditionHolds(ctx: BotsContext, event: HeardEvent, of: Of): Promise<boolean> {
  const { payload, member, group } = of.condition ?? {}
  if (payload && !payloadFits(ctx, event, payload as Filter)) return false
  const named = event.payload as { memberId?: string; groupId?: string }
  if (member && !(named.memberId && (await memberFits(ctx, named.memberId, member, of)))) return false
  return !group || Boolean(named.groupId && (await groupFits(ctx, named.groupId, group as Filter, of)))
}

function payloadFits(ctx: BotsContext, event: HeardEvent, filter: Filter): boolean {
  const described = ctx.use.events.list().find(({ id }) => id === event.event)
  return described !== undefined && compileFilter(payloadListing(described), filter).test(event.payload as object)
}

/** The register answers by its own fields; whether the installer may see this member his own rights say. */
async function memberFits(ctx: BotsContext, id: string, filter: object, of: Of): Promise<boolean> {
  const { members } = ctx.use
  if (!members) return false
  const [found] = await ctx.read((tx) =>
    members.select(tx, { filter, permission: 'members.read', after: uuidBefore(id), limit: 1 }),
  )
  return found === id && (await asInstaller(ctx, of, 'members.get', { memberId: id })) !== null
}

async function groupFits(ctx: BotsContext, id: string, filter: Filter, of: Of): Promise<boolean> {
  const group = await asInstaller(ctx, of, 'groups.get', { groupId: id })
  return group !== null && compileFilter(groupCondition, filter).test(group)
}

/** Null for what he may not see, or what is gone by now. */
async function asInstaller(ctx: BotsContext, of: Of, action: string, input: object): Promise<object | null> {
  try {
    const bot = { installationId: of.id, runId: of.id, installedBy: of.installedBy, granted: [action] }
    return (await ctx.use.actions.call({ action, input, bot })) as object
  } catch (error) {
    if (isProblem(error) && error.status < 500) return null
    throw error
  }
}

/** The id just before this one in their order. */
function uuidBefore(id: string): string {
  const hex = (BigInt(`0x${id.replaceAll('-', '')}`) - 1n).toString(16).padStart(32, '0')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
