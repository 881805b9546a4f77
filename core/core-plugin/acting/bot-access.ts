import type { Reach } from '@guildhall/sdk'
import { type Access, anonymousAccess } from '../../permissions/access.ts'

const nowhere: Reach = { everywhere: false, places: [], self: null }

/** What whoever installed the bot holds now, less what was not granted to it. */
export function botAccess(installer: Access | null, granted: ReadonlySet<string>): Access {
  if (!installer) return anonymousAccess
  const within = (permission: string) => granted.has(permission)
  return {
    holds: (permission) => within(permission) && installer.holds(permission),
    holdsOwn: (permission) => within(permission) && installer.holdsOwn(permission),
    check: (permission, path) => within(permission) && installer.check(permission, path),
    reachesSelf: (permission, memberId) => within(permission) && installer.reachesSelf(permission, memberId),
    reach: (permission) => (within(permission) ? installer.reach(permission) : nowhere),
    outsideScopes: (permission) => installer.holdsOwn(permission) && !within(permission),
    self: installer.self,
    roles: [],
    permissions: installer.permissions.filter(within),
  }
}
