import { equal } from 'node:assert/strict'
import { type Area, type Grant, type Role, wholeOrganization } from '@guildhall/sdk'
import fc from 'fast-check'
import t from 'tap'
import {
  administers,
  type Compiled,
  check,
  compile,
  mayChangeLoginEmail,
  mayEditGrantsOf,
  missingToGrant,
  reach,
} from '#core/permissions/index.ts'
import { me, start, world } from './tree-model.ts'

const now = new Date(start)
const role = (key: string, ...permissions: string[]): Role => ({ key, permissions: new Set(permissions) })
const editor = role('editor', 'members.read', 'members.update')
const reader = role('reader', 'members.read')
const maker = role('maker', 'members.read:own')
const chair = role('chair')
const roles = new Map([editor, reader, maker, chair].map((role) => [role.key, role]))
const [club, team, other] = ['a', 'b', 'c'].map((digit) => digit.repeat(32)) as [string, string, string]
const grant = (role: string, area: Area, dates: Pick<Grant, 'from' | 'until'> = {}): Grant => ({
  role,
  ...area,
  ...dates,
  source: { kind: 'direct', id: role },
})
const holding = (...grants: Grant[]) => compile({ grants, roles, now, self: me })
const mayGrant = (granter: Compiled, role: Role, area: Area, wholeOnly?: ReadonlySet<string>) =>
  missingToGrant((id) => reach(granter, id), role.permissions, area, wholeOnly).length === 0

t.test('nobody grants what he does not hold there', async (t) => {
  const granter = holding(grant('editor', { path: `${club}!`, extent: 'layer' }))
  t.ok(mayGrant(granter, editor, { path: `${club}!`, extent: 'layer' }))
  t.ok(mayGrant(granter, reader, { path: `${club}!${team}/`, extent: 'layer' }))
  t.notOk(mayGrant(granter, editor, { path: `${club}!`, extent: 'below' }), 'not through the layers below')
  t.notOk(mayGrant(granter, editor, { path: `${club}!${team}!`, extent: 'group' }), 'not inside another layer')
  t.notOk(mayGrant(granter, editor, { path: `${other}!`, extent: 'group' }))
  t.notOk(mayGrant(granter, reader, wholeOrganization))
  t.ok(
    mayGrant(holding(), reader, { path: `${club}!`, extent: 'below' }, new Set(['members.read'])),
    'what has no effect at a group gives nothing there',
  )
  t.notOk(mayGrant(holding(), reader, wholeOrganization, new Set(['members.read'])))
  t.same(
    missingToGrant((id) => reach(granter, id), ['members.delete', 'members.read'], {
      path: `${club}!`,
      extent: 'group',
    }),
    ['members.delete'],
  )
})

t.test(
  'a role without permissions may be given by anybody, a right over the own record only by who holds it in full',
  async (t) => {
    t.ok(mayGrant(holding(), chair, wholeOrganization))
    t.notOk(mayGrant(holding(grant('maker', wholeOrganization)), maker, wholeOrganization))
    t.ok(mayGrant(holding(grant('reader', wholeOrganization)), maker, wholeOrganization))
  },
)

t.test('a granted role never reaches further than the granter did', async () => {
  const extent = fc.constantFrom<Area['extent']>('group', 'layer', 'below')
  fc.assert(
    fc.property(world, fc.nat(), extent, (world, at, extent) => {
      const granter = compile(world.input)
      const area = { path: [{ path: '' }, ...world.nodes][at % (world.nodes.length + 1)]!.path, extent }
      if (!mayGrant(granter, reader, area)) return
      const granted = holding(grant('reader', area))
      for (const { path } of world.nodes)
        if (check(granted, 'members.read', path)) equal(check(granter, 'members.read', path), true)
    }),
    { numRuns: 400 },
  )
})

t.test('nobody edits his own grants, not by his token or his bot either', async (t) => {
  t.notOk(mayEditGrantsOf({ kind: 'user', id: me }, me))
  t.notOk(mayEditGrantsOf({ kind: 'token', id: 'token', madeBy: me }, me))
  t.notOk(mayEditGrantsOf({ kind: 'serviceAccount', id: 'sync', madeBy: me }, me))
  const token = { kind: 'token', id: 'token', madeBy: me }
  t.notOk(mayEditGrantsOf({ kind: 'system', reason: 'import', onBehalfOf: token }, me))
  t.notOk(mayEditGrantsOf({ kind: 'bot', id: 'bot', runId: 'run', installedBy: { kind: 'user', id: me } }, me))
  t.notOk(mayEditGrantsOf({ kind: 'system', reason: 'import', onBehalfOf: { kind: 'user', id: me } }, me))
  t.notOk(mayEditGrantsOf({ kind: 'anonymous' }, me))
  t.ok(mayEditGrantsOf({ kind: 'user', id: 'another' }, me))
  t.ok(mayEditGrantsOf({ kind: 'system', reason: 'first start' }, me))
})

t.test('only who administers the whole organisation now and for good counts as an administrator', async (t) => {
  const does = (...grants: Grant[]) => administers({ grants, roles, now }, 'members.update')
  const later = new Date(start + 1)
  t.ok(does(grant('editor', wholeOrganization)))
  t.notOk(does(grant('reader', wholeOrganization)))
  t.notOk(does(grant('editor', { path: '', extent: 'layer' })))
  t.notOk(does(grant('editor', { path: `${club}!`, extent: 'below' })))
  t.notOk(does(grant('editor', wholeOrganization, { until: later })))
  t.notOk(does(grant('editor', wholeOrganization, { from: later })))
})

t.test('a login e-mail is changed only by who holds every right of its owner wherever he holds it', async (t) => {
  const inClub = { path: `${club}!`, extent: 'layer' } as const
  const inTeam = { path: `${club}!${team}/`, extent: 'group' } as const
  const actor = holding(grant('editor', inClub))
  const may = (...grants: Grant[]) => mayChangeLoginEmail(actor, { grants, roles, now })
  t.ok(may(), 'of somebody without rights')
  t.ok(may(grant('maker', wholeOrganization)), 'a right over the own record gives nothing new')
  t.ok(may(grant('chair', { path: `${other}!`, extent: 'below' })), 'a function without permissions neither')
  t.ok(may(grant('editor', inTeam)))
  t.notOk(
    may(grant('editor', inTeam), grant('reader', { path: `${other}!`, extent: 'group' })),
    'one foreign group is enough',
  )
  t.notOk(may(grant('reader', wholeOrganization)))
  t.ok(may(grant('reader', wholeOrganization, { until: now })), 'an expired grant is none')
  t.notOk(may(grant('reader', wholeOrganization, { from: new Date(start + 1) })), 'one to come counts')
})
