import type { Actor } from '@guildhall/sdk'

/** How an actor stands in a row of the trail. */
export function actorColumns(actor: Actor): {
  kind: string
  id: string | null
  onBehalfOf: string | null
  platform: boolean
} {
  switch (actor.kind) {
    case 'user':
    case 'token':
    case 'serviceAccount':
      return { kind: actor.kind, id: actor.id, onBehalfOf: null, platform: actor.platform === true }
    case 'bot':
      return { kind: 'bot', id: actor.id, onBehalfOf: actor.installedBy.id, platform: false }
    case 'system':
      return { kind: 'system', id: actor.reason, onBehalfOf: actor.onBehalfOf?.id ?? null, platform: false }
    case 'anonymous':
      return { kind: 'anonymous', id: null, onBehalfOf: null, platform: false }
  }
}

/** The same in one word, for a column that says who did it: `user:<id>`, `system:<reason>`. */
export function actorName(actor: Actor): string {
  const { kind, id } = actorColumns(actor)
  return id === null ? kind : `${kind}:${id}`
}
