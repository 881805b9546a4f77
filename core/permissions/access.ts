import type { Reach } from '@guildhall/sdk'

/** What one principal may do in one organisation. */
export interface Access {
  /** Somewhere in the tree: the question of routes that list, change or count other people's rows. */
  holds(permission: string): boolean
  /** Somewhere, or on the own record alone. */
  holdsOwn(permission: string): boolean
  /** At a path of the tree; '' is the whole organisation. */
  check(permission: string, path: string): boolean
  reachesSelf(permission: string, memberId: string): boolean
  readonly reach: (permission: string) => Reach
  /** The role would allow it, the credential's scopes do not. */
  outsideScopes(permission: string): boolean
  /** The own member record, when there is one. */
  readonly self: string | null
  /** Keys of the roles held over the whole organisation. */
  readonly roles: readonly string[]
  /** Every permission held somewhere. */
  readonly permissions: readonly string[]
}

/** Jobs, events and schedules act for the platform; what they grant is asked of the person behind them. */
export const systemAccess: Access = {
  holds: () => true,
  holdsOwn: () => true,
  check: () => true,
  reachesSelf: () => true,
  reach: () => ({ everywhere: true }),
  outsideScopes: () => false,
  self: null,
  roles: [],
  permissions: [],
}

export const anonymousAccess: Access = {
  holds: () => false,
  holdsOwn: () => false,
  check: () => false,
  reachesSelf: () => false,
  reach: () => ({ everywhere: false, places: [], self: null }),
  outsideScopes: () => false,
  self: null,
  roles: [],
  permissions: [],
}
