import {
  type Actor,
  type Area,
  coversArea,
  type Grant,
  parseEntry,
  type Reach,
  type Role,
  wholeOrganization,
} from '@guildhall/sdk'
import { reach } from './check.ts'
import { type Compiled, entriesOf, hasEffect, timeOf } from './compile.ts'

/**
 * Permissions of a role that the granter does not hold in all of the area; only with none may he grant it there.
 * He must reach the area by one of his own: several that hold all of it today would not tomorrow, when the tree grows.
 * To give a right over one's own record takes the same right in full. What has no effect there is given to nobody.
 * @param reachOf where the granter holds a permission
 */
export function missingToGrant(
  reachOf: (permission: string) => Reach,
  permissions: Iterable<string>,
  area: Area,
  wholeOnly?: ReadonlySet<string>,
): string[] {
  const missing = [...permissions]
    .map((entry) => parseEntry(entry).permission)
    .filter((id) => hasEffect(id, area, wholeOnly) && !reachesAll(reachOf(id), area))
  return [...new Set(missing)]
}

/** Nobody edits his own grants: not signed in, not by his token, his bot, or work that goes back to him; who has not signed in edits none. */
export function mayEditGrantsOf(actor: Actor, principalId: string): boolean {
  return actor.kind !== 'anonymous' && !behind(actor).includes(principalId)
}

/** Whether the grants give a permission over the whole organisation now and for good; one that ends leaves nobody one day. */
export function administers(
  o: { grants: readonly Grant[]; roles: ReadonlyMap<string, Role>; now: Date },
  permission: string,
): boolean {
  return o.grants.some(
    (grant) =>
      timeOf(grant, o.now) === 'running' &&
      !grant.until &&
      coversArea(grant, wholeOrganization) &&
      [...entriesOf(grant, o.roles)].includes(permission),
  )
}

/**
 * A login e-mail is the key to an account: who changes it could take over every right of its holder. So he needs each
 * right the other holds or will hold, wherever that one holds it. Rights over one's own record do not count; that the
 * actor may change the record at all is asked before. A login works in all its organisations: give the grants of all.
 */
export function mayChangeLoginEmail(
  actor: Compiled,
  target: {
    readonly grants: readonly Grant[]
    readonly roles: ReadonlyMap<string, Role>
    readonly wholeOnly?: ReadonlySet<string>
    readonly now: Date
  },
): boolean {
  return target.grants
    .filter((grant) => timeOf(grant, target.now) !== 'expired')
    .every((grant) => {
      const entries = [...entriesOf(grant, target.roles)].filter((entry) => !parseEntry(entry).own)
      return missingToGrant((id) => reach(actor, id), entries, grant, target.wholeOnly).length === 0
    })
}

const reachesAll = (held: Reach, area: Area): boolean =>
  held.everywhere || held.places.some((mine) => coversArea(mine, area))

function behind(actor: Actor): string[] {
  switch (actor.kind) {
    case 'user':
    case 'token':
    case 'serviceAccount':
      return [actor.id, actor.userId, actor.madeBy].filter((id) => id !== undefined)
    case 'bot':
      return [actor.id, actor.installedBy.id, actor.installedBy.madeBy].filter((id) => id !== undefined)
    case 'system':
      return [actor.onBehalfOf?.id, actor.onBehalfOf?.madeBy].filter((id) => id !== undefined)
    case 'anonymous':
      return []
  }
}
