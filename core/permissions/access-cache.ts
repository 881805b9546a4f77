import type { Tx } from '@guildhall/sdk'
import type { Principal } from '../auth/principal.ts'
import type { Clock } from '../clock.ts'
import type { UnitsOfWork } from '../database/unit-of-work.ts'
import type { EnablementCache, PluginHost } from '../plugin-host/index.ts'
import type { Access } from './access.ts'
import { builtinRoles } from './builtin-roles.ts'
import { check, holdsAnywhere, holdsInTree, reach, reachesSelf } from './check.ts'
import { type Compiled, compile } from './compile.ts'
import { type Holdings, holdingsOf, ownRoles } from './grants.ts'

export { type Access, anonymousAccess, systemAccess } from './access.ts'

const mostOrganizations = 10_000
/** Of one organisation. */
const mostPrincipals = 10_000

interface Kept {
  readonly access: Access
  readonly validUntil: number
}

/**
 * Compiled permissions by organisation and principal. Dropped when the organisation's roles, members, tokens or plugins
 * change, and at the next moment a grant begins or ends; never used while nobody would tell us of changes.
 */
export class AccessCache {
  readonly #o: { units: UnitsOfWork; host: PluginHost; enablement: EnablementCache; clock: Clock }
  readonly #kept = new Map<string, Map<string, Kept>>()
  readonly #builtin: ReturnType<typeof builtinRoles>
  /** Permissions that concern the organisation as a whole. */
  readonly wholeOnly: ReadonlySet<string>
  #trusted = true

  constructor(o: { units: UnitsOfWork; host: PluginHost; enablement: EnablementCache; clock: Clock }) {
    this.#o = o
    const declared = o.host.declaredPermissions
    this.#builtin = builtinRoles(declared)
    this.wholeOnly = new Set(declared.filter(({ wholeOnly }) => wholeOnly).map(({ id }) => id))
  }

  forget(tenantId: string): void {
    this.#kept.delete(tenantId)
  }

  trust(listening: boolean): void {
    this.#trusted = listening
    this.#kept.clear()
  }

  async of(tenantId: string, principal: Principal): Promise<Access> {
    // A global role comes with the principal and goes without a change in any organisation: it is part of the key.
    const role = principal.kind === 'user' ? (principal.globalRole ?? '') : ''
    const key = `${principal.kind}:${principal.id}:${role}`
    const room = this.#roomOf(tenantId)
    const kept = room.get(key)
    if (this.#trusted && kept && kept.validUntil > this.#o.clock.now().getTime()) return kept.access
    const made = await this.#load(tenantId, principal)
    // What changed while it was read has taken the room away: then it is kept where nobody looks any more.
    if (room.size >= mostPrincipals) room.clear()
    room.set(key, made)
    return made.access
  }

  #roomOf(tenantId: string): Map<string, Kept> {
    const known = this.#kept.get(tenantId)
    if (known) return known
    if (this.#kept.size >= mostOrganizations) this.#kept.clear()
    const room = new Map<string, Kept>()
    this.#kept.set(tenantId, room)
    return room
  }

  /** The roles an organisation knows: built in, and its own. */
  async roles(tx: Tx) {
    const own = await ownRoles(tx)
    return { builtin: this.#builtin, own, all: new Map([...this.#builtin, ...own].map((role) => [role.key, role])) }
  }

  /** Compiles inside a unit of work that is open already. */
  async compile(tx: Tx, holdings: Holdings): Promise<Compiled> {
    const { all } = await this.roles(tx)
    return compile({ ...holdings, roles: all, wholeOnly: this.wholeOnly, now: this.#o.clock.now() })
  }

  async #load(tenantId: string, principal: Principal): Promise<Kept> {
    const on = await this.#o.enablement.of(tenantId)
    const actor = { kind: 'system', reason: 'permissions' } as const
    return this.#o.units.run({ tenantId, actor, reading: true }, async (tx) => {
      const holdings = await holdingsOf(tx, principal, this.#o.host, on)
      const compiled = await this.compile(tx, holdings)
      const unscoped = holdings.scopes === null ? compiled : await this.compile(tx, { ...holdings, scopes: null })
      return {
        access: accessOf(compiled, unscoped, holdings, this.#o.clock.now()),
        validUntil: compiled.validUntil?.getTime() ?? Number.POSITIVE_INFINITY,
      }
    })
  }
}

function accessOf(compiled: Compiled, unscoped: Compiled, holdings: Holdings, now: Date): Access {
  const current = holdings.grants.filter(({ from, until }) => (!from || from <= now) && (!until || until > now))
  return {
    holds: (permission) => holdsInTree(compiled, permission),
    holdsOwn: (permission) => holdsAnywhere(compiled, permission),
    check: (permission, path) => check(compiled, permission, path),
    reachesSelf: (permission, memberId) => reachesSelf(compiled, permission, memberId),
    reach: (permission) => reach(compiled, permission),
    outsideScopes: (permission) => !holdsAnywhere(compiled, permission) && holdsAnywhere(unscoped, permission),
    self: holdings.self,
    roles: [...new Set(current.filter(({ path }) => path === '').map(({ role }) => role))],
    permissions: [...compiled.permissions.keys()],
  }
}
