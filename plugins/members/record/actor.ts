import type { Actor } from '@guildhall/sdk'
import type { ActorColumns } from '../sql/write-members.ts'

/** The account behind the actor, where there is one. */
export function userOf(actor: Actor): string | null {
  if (actor.kind === 'user') return actor.id
  return actor.kind === 'token' || actor.kind === 'serviceAccount' ? (actor.userId ?? null) : null
}

/** How the actor stands in the activity log. */
export function actorColumns(actor: Actor): ActorColumns {
  if (actor.kind === 'anonymous') return { kind: 'anonymous', id: null }
  return { kind: actor.kind, id: actor.kind === 'system' ? actor.reason : actor.id }
}
