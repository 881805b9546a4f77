import { type Extent, type Grant, groupPath, type Role } from '@guildhall/sdk'
import fc from 'fast-check'
import type { CompileInput } from '#core/permissions/index.ts'

/** A random organisation with a principal in it, and a second way to answer who may what: by walking parents. */
export interface Node {
  readonly parent: Node | null
  readonly layer: boolean
  readonly path: string
}
export interface World {
  readonly nodes: readonly Node[]
  /** Grants with the node they hang on; null: the organisation. */
  readonly placed: readonly { readonly grant: Grant; readonly node: Node | null }[]
  readonly input: CompileInput
}

export const permissions = ['members.read', 'members.update', 'plans.read'] as const
export const me = '00000000-0000-7000-8000-00000000000a'
export const start = Date.UTC(2026, 0, 1)
const day = 86_400_000

const entries = fc.subarray(permissions.flatMap((id) => [id, `${id}:own`]))
const scopes = fc.option(fc.subarray(['members.*', 'members.read', 'plans.read', 'plans.*', 'member.*']), {
  nil: null,
  freq: 1,
})
const placedGrant = fc.record({
  node: fc.nat(40),
  role: fc.constantFrom('one', 'one', 'two', 'two', 'gone'),
  carried: fc.option(entries, { nil: undefined, freq: 1 }),
  extent: fc.constantFrom<Extent>('group', 'layer', 'below'),
  from: fc.option(fc.integer({ min: -5, max: 5 }), { nil: null, freq: 1 }),
  until: fc.option(fc.integer({ min: -5, max: 5 }), { nil: null, freq: 1 }),
})

export const world: fc.Arbitrary<World> = fc
  .record({
    tree: fc.array(fc.record({ under: fc.nat(40), layer: fc.boolean() }), { minLength: 1, maxLength: 24, size: 'max' }),
    grants: fc.array(placedGrant, { maxLength: 8, size: 'max' }),
    one: entries,
    two: entries,
    scopes,
    self: fc.option(fc.constant(me), { nil: null }),
    whole: fc.boolean(),
  })
  .map(({ tree, grants, one, two, scopes, self, whole }) => {
    const nodes: Node[] = []
    for (const [at, { under, layer }] of tree.entries()) {
      const parent = at === 0 ? null : nodes[under % at]!
      nodes.push({ parent, layer, path: groupPath(parent?.path ?? '', idOf(at), layer) })
    }
    const placed = grants.map(({ node, role, carried, extent, from, until }, i) => {
      // Index 0 is the organisation, the rest are groups.
      const at = node % (nodes.length + 1)
      const place = at === 0 ? null : nodes[at - 1]!
      const date = (offset: number | null) => (offset === null ? null : new Date(start + offset * day))
      const grant: Grant = {
        role,
        extent,
        path: place?.path ?? '',
        from: date(from),
        until: date(until),
        source: { kind: 'direct', id: String(i) },
        ...(carried && { permissions: carried }),
      }
      return { grant, node: place }
    })
    const roles = new Map<string, Role>([
      ['one', { key: 'one', permissions: new Set(one) }],
      ['two', { key: 'two', permissions: new Set(two) }],
    ])
    const wholeOnly = new Set(whole ? ['plans.read'] : [])
    const input = { grants: placed.map(({ grant }) => grant), roles, scopes, wholeOnly, self, now: new Date(start) }
    return { nodes, placed, input }
  })

/** Ids that share long beginnings and mix digits with letters, so that order and prefixes are put to the test. */
const idOf = (at: number): string => `0190a${'09af'[at % 4]}00-0000-7000-8000-${at.toString(16).padStart(12, '0')}`

/** The naive model: no paths, no prefixes, no compiled sets. `node` null stands for what hangs on no group. */
export function naively(world: World, permission: string, node: Node | null, now = world.input.now): boolean {
  return world.placed.some((held) => {
    const { from, until, extent } = held.grant
    if ((from && now.getTime() < from.getTime()) || (until && now.getTime() >= until.getTime())) return false
    const role = world.input.roles.get(held.grant.role)
    const given = held.grant.permissions ?? (role ? [...role.permissions] : [])
    if (world.input.wholeOnly?.has(permission) && (held.node !== null || extent !== 'below')) return false
    return (
      given.includes(permission) && scoped(world.input.scopes ?? null, permission) && within(held.node, extent, node)
    )
  })
}

const scoped = (scopes: readonly string[] | null, permission: string): boolean =>
  scopes === null || scopes.some((scope) => scope === permission || scope === `${permission.split('.')[0]}.*`)

function within(at: Node | null, extent: Extent, node: Node | null): boolean {
  if (at === node) return true
  if (extent === 'group' || node === null) return false
  if (extent === 'layer' && node.layer) return false
  return within(at, extent, node.parent)
}
