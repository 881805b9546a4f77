import type { Actor } from '@guildhall/sdk'

/** The person, and the bot's run, that the platform's work goes back to, through however many jobs and events. */
export function onBehalf(actor: Actor): Pick<Actor & { kind: 'system' }, 'onBehalfOf' | 'bot'> {
  switch (actor.kind) {
    case 'system':
      return { ...(actor.onBehalfOf && { onBehalfOf: actor.onBehalfOf }), ...(actor.bot && { bot: actor.bot }) }
    case 'bot':
      return { onBehalfOf: actor.installedBy, bot: { id: actor.id, runId: actor.runId } }
    case 'anonymous':
      return {}
    default:
      return {
        onBehalfOf: { kind: actor.kind, id: actor.id, ...(actor.madeBy === undefined ? {} : { madeBy: actor.madeBy }) },
      }
  }
}
