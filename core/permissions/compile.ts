import { type Area, coversArea, type Grant, parseEntry, type Role, wholeOrganization } from '@guildhall/sdk'

/** Where one permission is held. `areas` hold nothing twice, and nothing at all when it is held everywhere. */
export interface Held {
  readonly everywhere: boolean
  readonly areas: readonly Area[]
  /** Held for the own record. */
  readonly own: boolean
}

/** What a principal may do in one organisation, made from his grants; valid before `validUntil`. */
export interface Compiled {
  readonly permissions: ReadonlyMap<string, Held>
  /** The member record that is his own. */
  readonly self: string | null
  /** The next moment a grant starts or ends; null: none does. */
  readonly validUntil: Date | null
}

export interface CompileInput {
  readonly grants: readonly Grant[]
  /** Built-in roles and the organisation's own, by key. A grant of a role that is not among them gives nothing. */
  readonly roles: ReadonlyMap<string, Role>
  /** Permission ids or `<plugin>.*`; null or absent: all that the roles give. */
  readonly scopes?: readonly string[] | null
  /** Permissions that concern the organisation as a whole; default: none. */
  readonly wholeOnly?: ReadonlySet<string>
  readonly now: Date
  readonly self: string | null
}

/** Effective rights: what roles give by grants running now, less what the scopes leave out. */
export function compile(input: CompileInput): Compiled {
  const held = new Map<string, { areas: Area[]; own: boolean }>()
  for (const grant of input.grants) {
    if (timeOf(grant, input.now) !== 'running') continue
    for (const entry of entriesOf(grant, input.roles)) {
      const { permission, own } = parseEntry(entry)
      if (!inScopes(permission, input.scopes) || !hasEffect(permission, grant, input.wholeOnly)) continue
      const place = held.get(permission) ?? { areas: [], own: false }
      held.set(permission, place)
      if (own) place.own = true
      else place.areas.push({ path: grant.path, extent: grant.extent })
    }
  }
  const permissions = new Map([...held].map(([permission, { areas, own }]) => [permission, toHeld(areas, own)]))
  return { permissions, self: input.self, validUntil: nextBoundary(input.grants, input.now) }
}

/** Entries a grant gives: its own, else those of its role; undefined roles give none. */
export const entriesOf = (grant: Grant, roles: ReadonlyMap<string, Role>): Iterable<string> =>
  grant.permissions ?? roles.get(grant.role)?.permissions ?? []

/** Whether a role that carries the permission gives anything of it in this area. */
export const hasEffect = (permission: string, area: Area, wholeOnly: ReadonlySet<string> = none): boolean =>
  !wholeOnly.has(permission) || coversArea(area, wholeOrganization)
const none: ReadonlySet<string> = new Set()

/** Half-open, as every period here: running from `from` on, no longer at `until`. */
export function timeOf({ from, until }: Grant, now: Date): 'running' | 'future' | 'expired' {
  if (until && now >= until) return 'expired'
  return from && now < from ? 'future' : 'running'
}

/** `members.*` holds every permission of the plugin `members`, and no other wildcard exists. */
export const inScopes = (permission: string, scopes: readonly string[] | null | undefined): boolean =>
  scopes == null || scopes.includes(permission) || scopes.includes(`${permission.slice(0, permission.indexOf('.'))}.*`)

function toHeld(areas: readonly Area[], own: boolean): Held {
  const everywhere = areas.some((area) => area.path === '' && area.extent === 'below')
  return { everywhere, areas: everywhere ? [] : withoutCovered(areas), own }
}

/** Shorter lists make quicker checks and shorter SQL. Of equal areas the first stays. */
function withoutCovered(areas: readonly Area[]): Area[] {
  return areas.filter((area, at) =>
    areas.every((other, i) => i === at || !coversArea(other, area) || (i > at && coversArea(area, other))),
  )
}

function nextBoundary(grants: readonly Grant[], now: Date): Date | null {
  const times = grants.flatMap(({ from, until }) => [from, until]).filter((at): at is Date => at != null && at > now)
  return times.length === 0 ? null : new Date(Math.min(...times.map(Number)))
}
