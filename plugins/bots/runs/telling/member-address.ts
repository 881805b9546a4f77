import { isProblem } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import type { Installation } from '../../installations/stored.ts'

/** Of a member whom the installer may see; null without one. */
export async function memberAddress(ctx: BotsContext, o: Installation, memberId: string): Promise<string | null> {
  const bot = { installationId: o.id, runId: o.id, installedBy: o.installedBy, granted: ['members.get'] }
  try {
    const member = await ctx.use.actions.call({ action: 'members.get', input: { memberId }, bot })
    return (member as { email?: string | null }).email ?? null
  } catch (error) {
    if (isProblem(error) && error.status < 500) return null
    throw error
  }
}
