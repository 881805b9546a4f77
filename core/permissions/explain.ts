import { type Area, covers, type Grant, type Place, parseEntry } from '@guildhall/sdk'
import { type CompileInput, entriesOf, hasEffect, inScopes, timeOf } from './compile.ts'

/** Why a grant that carries the permission does not allow it here. */
export type Obstacle =
  | 'whole-organization-only'
  | 'other-layer'
  | 'not-own-record'
  | 'elsewhere'
  | 'outside-scopes'
  | 'expired'
  | 'not-yet'

/** One grant that carries the permission, and what stands in its way: nothing where it allows. */
export interface Finding {
  readonly grant: Grant
  /** Only for the own record. */
  readonly own: boolean
  /** The path at which it allows: of the row's groups the first it covers; null for the own record. */
  readonly path: string | null
  readonly obstacles: readonly Obstacle[]
}

export type Explanation =
  | { readonly allowed: true; readonly permission: string; readonly findings: readonly Finding[] }
  | {
      readonly allowed: false
      readonly permission: string
      /** What the nearest grant lacks; `no-role`: no grant carries the permission. */
      readonly reason: Obstacle | 'no-role'
      readonly findings: readonly Finding[]
    }

/** Where several obstacles stand, the first of these is told: it is what a person would look at first. */
const order: readonly Obstacle[] = [
  'whole-organization-only',
  'other-layer',
  'not-own-record',
  'elsewhere',
  'outside-scopes',
  'expired',
  'not-yet',
]

/** Which grant, role and path allow a permission, or why it is denied. Agrees with `check` on every input (a test holds it). */
export function explain(input: CompileInput, permission: string, at: string | Place = ''): Explanation {
  const findings = input.grants.flatMap((grant) => examine(grant, input, permission, at))
  const allowing = findings.filter((finding) => finding.obstacles.length === 0)
  if (allowing.length > 0) return { allowed: true, permission, findings: allowing }
  const nearest = findings.toSorted((a, b) => a.obstacles.length - b.obstacles.length)[0]
  return { allowed: false, permission, reason: nearest?.obstacles[0] ?? 'no-role', findings }
}

function examine(grant: Grant, input: CompileInput, permission: string, at: string | Place): Finding[] {
  return [...entriesOf(grant, input.roles)]
    .map(parseEntry)
    .filter((entry) => entry.permission === permission)
    .map(({ own }) => {
      const where = own ? ownRecord(input.self, at) : inTree(grant, at)
      const time = timeOf(grant, input.now)
      const obstacles = new Set<Obstacle>()
      if (!hasEffect(permission, grant, input.wholeOnly)) obstacles.add('whole-organization-only')
      if (where.obstacle) obstacles.add(where.obstacle)
      if (!inScopes(permission, input.scopes)) obstacles.add('outside-scopes')
      if (time !== 'running') obstacles.add(time === 'expired' ? 'expired' : 'not-yet')
      return { grant, own, path: where.path, obstacles: order.filter((obstacle) => obstacles.has(obstacle)) }
    })
}

interface Where {
  readonly path: string | null
  readonly obstacle?: Obstacle
}

function ownRecord(self: string | null, at: string | Place): Where {
  const same = typeof at !== 'string' && at.self !== undefined && at.self === self
  return same ? { path: null } : { path: null, obstacle: 'not-own-record' }
}

function inTree(area: Area, at: string | Place): Where {
  const paths = typeof at === 'string' ? [at] : at.paths?.length ? at.paths : ['']
  const path = paths.find((path) => covers(area, path))
  if (path !== undefined) return { path }
  const stopped = area.extent === 'layer' && paths.some((path) => path.startsWith(area.path))
  return { path: null, obstacle: stopped ? 'other-layer' : 'elsewhere' }
}
