import { type Area, covers, type Place, type Reach } from '@guildhall/sdk'
import type { Compiled } from './compile.ts'

const nowhere: Reach = { everywhere: false, places: [], self: null }

/**
 * Whether the permission is held at a path or for a row. '' (the default) stands for what hangs on no group: only the
 * whole organisation holds it. A row is reached when one of its groups is, or when it is the own record.
 */
export function check(compiled: Compiled, permission: string, at: string | Place = ''): boolean {
  const held = compiled.permissions.get(permission)
  if (held === undefined) return false
  if (held.everywhere) return true
  if (typeof at === 'string') return coversAny(held.areas, at)
  if (at.self !== undefined && reachesSelf(compiled, permission, at.self)) return true
  return at.paths === undefined || at.paths.length === 0
    ? coversAny(held.areas, '')
    : at.paths.some((path) => coversAny(held.areas, path))
}

/** Whether the permission is held for the own record, and the record is the own one. */
export const reachesSelf = (compiled: Compiled, permission: string, memberId: string): boolean =>
  compiled.self === memberId && compiled.permissions.get(permission)?.own === true

/** Whether there is a place or an own record the permission is held for: the first question at a route. */
export function holdsAnywhere(compiled: Compiled, permission: string): boolean {
  return (
    holdsInTree(compiled, permission) || (compiled.permissions.get(permission)?.own === true && compiled.self !== null)
  )
}

/** The same without the own record: the question of routes that list, change or count other people's rows. */
export function holdsInTree(compiled: Compiled, permission: string): boolean {
  const held = compiled.permissions.get(permission)
  return held !== undefined && (held.everywhere || held.areas.length > 0)
}

/** Where the permission reaches, to become SQL (`reachSql`). */
export function reach(compiled: Compiled, permission: string): Reach {
  const held = compiled.permissions.get(permission)
  if (held === undefined) return nowhere
  if (held.everywhere) return { everywhere: true }
  return { everywhere: false, places: held.areas, self: held.own ? compiled.self : null }
}

function coversAny(areas: readonly Area[], path: string): boolean {
  for (const area of areas) if (covers(area, path)) return true
  return false
}
