import { equal, ok } from 'node:assert/strict'
import { covers, type Place, wholeOrganization } from '@guildhall/sdk'
import fc from 'fast-check'
import t from 'tap'
import { check, compile, explain, holdsAnywhere, holdsInTree, reach } from '#core/permissions/index.ts'
import { me, naively, permissions, start, type World, world } from './tree-model.ts'

const permission = fc.constantFrom(...permissions)
const places = ({ nodes }: World) => [null, ...nodes]
const anyTime = fc.integer({ min: -8, max: 8 }).map((days) => new Date(start + days * 86_400_000))
const runs = { numRuns: 400 }

t.test('a check answers as walking the parents would', async (t) => {
  const seen = { allowed: 0, denied: 0 }
  fc.assert(
    fc.property(world, permission, (world, permission) => {
      const compiled = compile(world.input)
      for (const node of places(world)) {
        const allowed = check(compiled, permission, node?.path)
        equal(allowed, naively(world, permission, node), `at ${node?.path}`)
        seen[allowed ? 'allowed' : 'denied']++
      }
    }),
    runs,
  )
  t.ok(seen.allowed > 300 && seen.denied > 300, `both answers come often: ${JSON.stringify(seen)}`)
})

t.test('a list reaches what checks allow, and nothing is held where nothing is reached', async () => {
  fc.assert(
    fc.property(world, permission, (world, permission) => {
      const compiled = compile(world.input)
      const reached = reach(compiled, permission)
      for (const node of places(world)) {
        const path = node?.path ?? ''
        const inReach = reached.everywhere || reached.places.some((area) => covers(area, path))
        equal(inReach, check(compiled, permission, path))
      }
      equal(holdsInTree(compiled, permission), reached.everywhere || reached.places.length > 0)
      equal(
        holdsAnywhere(compiled, permission),
        reached.everywhere || reached.places.length > 0 || reached.self !== null,
      )
    }),
    runs,
  )
})

t.test('an explanation allows what a check allows, and names grants that allow it alone', async () => {
  fc.assert(
    fc.property(world, permission, fc.boolean(), (world, permission, own) => {
      const compiled = compile(world.input)
      for (const node of places(world)) {
        const at: Place = { paths: node ? [node.path] : [], ...(own && { self: me }) }
        const told = explain(world.input, permission, at)
        equal(told.allowed, check(compiled, permission, at))
        if (told.allowed)
          for (const { grant } of told.findings)
            ok(check(compile({ ...world.input, grants: [grant] }), permission, at), 'the grant named allows it alone')
        else ok(told.findings.every((finding) => finding.obstacles.length > 0))
      }
    }),
    runs,
  )
})

t.test('one grant more never takes a right away', async () => {
  fc.assert(
    fc.property(world, permission, (world, permission) => {
      const all = compile(world.input)
      const less = compile({ ...world.input, grants: world.input.grants.slice(1) })
      for (const node of places(world)) if (check(less, permission, node?.path)) ok(check(all, permission, node?.path))
    }),
    runs,
  )
})

t.test('scopes only narrow, and none at all leave nothing', async () => {
  fc.assert(
    fc.property(world, permission, (world, permission) => {
      const free = compile({ ...world.input, scopes: null })
      const scoped = compile(world.input)
      for (const node of places(world))
        if (check(scoped, permission, node?.path)) ok(check(free, permission, node?.path))
      equal(compile({ ...world.input, scopes: [] }).permissions.size, 0)
    }),
    runs,
  )
})

t.test('a compiled set is right until validUntil, and stale from then on', async () => {
  fc.assert(
    fc.property(world, permission, anyTime, (world, permission, later) => {
      const compiled = compile(world.input)
      if (later < world.input.now) return
      const current =
        compiled.validUntil && later >= compiled.validUntil ? compile({ ...world.input, now: later }) : compiled
      for (const node of places(world))
        equal(check(current, permission, node?.path), naively(world, permission, node, later))
    }),
    runs,
  )
})

t.test('a compiled set is stale from the first start or end of a grant on', async (t) => {
  const at = (ms: number) => new Date(start + ms)
  const grant = { role: 'one', path: '', extent: 'below' as const, source: { kind: 'direct', id: '1' } }
  const grants = [{ ...grant, from: at(-9), until: at(20) }, { ...grant, from: at(10) }, grant]
  const compiled = compile({ grants, roles: new Map(), now: at(0), self: null })
  t.same(compiled.validUntil, at(10))
  t.equal(compile({ grants, roles: new Map(), now: at(20), self: null }).validUntil, null)
})

t.test('a right over the own record reaches no other', async (t) => {
  const roles = new Map([['maker', { key: 'maker', permissions: new Set(['members.read:own']) }]])
  const grants = [{ role: 'maker', path: '', extent: 'below' as const, source: { kind: 'direct', id: '1' } }]
  const maker = compile({ roles, grants, now: new Date(start), self: me })
  t.ok(check(maker, 'members.read', { self: me }))
  t.notOk(check(maker, 'members.read', { self: 'another' }))
  t.notOk(check(maker, 'members.read'))
  t.notOk(check(maker, 'members.read', {}))
  t.ok(holdsAnywhere(maker, 'members.read'))
  t.notOk(holdsInTree(maker, 'members.read'), 'so that a list of members is refused')
  t.same(reach(maker, 'members.read'), { everywhere: false, places: [], self: me })

  const stranger = compile({ roles, grants, now: new Date(start), self: null })
  t.notOk(holdsAnywhere(stranger, 'members.read'))
  t.notOk(check(stranger, 'members.read', {}), 'a row of nobody is not the record of a principal without one')
})

t.test('a denial names what the nearest grant lacks', async (t) => {
  const roles = new Map([['trainer', { key: 'trainer', permissions: new Set(['members.read', 'plans.read:own']) }]])
  const now = new Date(start)
  const [a, b] = [`${'a'.repeat(32)}!`, `${'b'.repeat(32)}!`]
  const grant = { role: 'trainer', path: a, extent: 'layer' as const, source: { kind: 'direct', id: '1' } }
  const none: ReadonlySet<string> = new Set()
  const why = (change: object, permission: string, at: string, scopes: string[] | null = null, wholeOnly = none) => {
    const told = explain({ roles, grants: [{ ...grant, ...change }], now, self: me, scopes, wholeOnly }, permission, at)
    return told.allowed ? 'allowed' : told.reason
  }
  t.equal(why({}, 'members.read', a), 'allowed')
  t.equal(why({}, 'members.update', a), 'no-role')
  t.equal(why({}, 'members.read', b), 'elsewhere')
  t.equal(why({}, 'members.read', a + b), 'other-layer')
  t.equal(why({ until: now }, 'members.read', a), 'expired', 'at its end a grant is over')
  t.equal(why({ from: now }, 'members.read', a), 'allowed', 'at its beginning it runs')
  t.equal(why({ from: new Date(start + 1) }, 'members.read', a), 'not-yet')
  t.equal(why({}, 'members.read', a, ['plans.*']), 'outside-scopes')
  t.equal(why({}, 'plans.read', a), 'not-own-record')
  t.equal(why({ role: 'unknown' }, 'members.read', a), 'no-role')
  const settings = { permissions: ['core.plugins.manage'] }
  const wholeOnly = new Set(settings.permissions)
  t.equal(why(settings, 'core.plugins.manage', a, null, wholeOnly), 'whole-organization-only', 'even in the group')
  t.equal(why(settings, 'core.plugins.manage', '', null, wholeOnly), 'whole-organization-only')
  t.equal(why({ ...settings, ...wholeOrganization }, 'core.plugins.manage', a, null, wholeOnly), 'allowed')
})
