import { type ActionDone, actionsService, isProblem } from '@guildhall/sdk'
import { createApiToken } from '#core/auth/index.ts'
import type { TestTenant } from '#core/testing/index.ts'

/**
 * Calls actions as a bot. @param by who installed it; default: an administrator's token
 * @returns what came of it, or the status of the refusal
 */
export async function actingBot(
  club: TestTenant,
  by?: { readonly kind: string; readonly id: string },
): Promise<(action: string, input: object) => Promise<Partial<ActionDone> & { refused?: number }>> {
  const actions = await club.service(actionsService)
  const made = by ? null : await club.unit((tx) => createApiToken(tx, { name: 'bot', role: 'makerspace_admin' }))
  const installedBy = by ?? { kind: 'token', id: made!.record.id }
  return async (action, input) => {
    let done: ActionDone | undefined
    try {
      await actions.call({
        action,
        input,
        bot: { installationId: crypto.randomUUID(), runId: crypto.randomUUID(), installedBy, granted: [action] },
        within: async (_, outcome) => {
          done = outcome
        },
      })
    } catch (error) {
      if (!isProblem(error)) throw error
      return { refused: error.status }
    }
    return done ?? {}
  }
}
