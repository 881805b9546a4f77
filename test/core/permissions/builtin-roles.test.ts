import t from 'tap'
import {
  builtinRoles,
  type DeclaredPermission,
  declarationProblems,
  tenantRoleProblems,
} from '#core/permissions/index.ts'

const declared: readonly DeclaredPermission[] = [
  { id: 'core.organizations.read', title: 'See every organisation', writes: false, platform: true },
  { id: 'core.organizations.write', title: 'Create organisations', writes: true, platform: true },
  { id: 'core.roles.write', title: 'Edit roles', writes: true },
  { id: 'core.audit.read', title: 'Read the audit trail', writes: false },
  {
    id: 'members.read',
    title: 'See members',
    writes: false,
    own: true,
    grantedTo: ['admin', 'maker', 'service_provider'],
  },
  { id: 'members.update', title: 'Change members', writes: true, own: true, grantedTo: ['maker'] },
  { id: 'members.delete', title: 'Delete members', writes: true },
  { id: 'plans.read', title: 'See plans', writes: false, grantedTo: ['admin'] },
]

// Written by hand, from SECURITY §3: 'all' in the whole area of a grant, 'own' for the own record alone.
const table = {
  //                          super  auditor  makerspace  admin  maker  service
  'core.organizations.read': ['all', 'all', '', '', '', ''],
  'core.organizations.write': ['all', '', '', '', '', ''],
  'core.roles.write': ['all', '', 'all', '', '', ''],
  'core.audit.read': ['all', 'all', 'all', '', '', ''],
  'members.read': ['all', 'all', 'all', 'all', 'own', 'own'],
  'members.update': ['all', '', 'all', '', 'own', ''],
  'members.delete': ['all', '', 'all', '', '', ''],
  'plans.read': ['all', 'all', 'all', 'all', '', ''],
}

t.test('built-in roles hold what the table says', async (t) => {
  const roles = builtinRoles(declared)
  t.same(
    roles.map(({ key, global }) => (global ? `${key}, global` : key)),
    ['super_admin, global', 'platform_auditor, global', 'makerspace_admin', 'admin', 'maker', 'service_provider'],
  )
  t.same(
    Object.keys(table),
    declared.map(({ id }) => id),
  )
  for (const [id, row] of Object.entries(table))
    t.same(
      roles.map(({ permissions }) =>
        [permissions.has(id) && 'all', permissions.has(`${id}:own`) && 'own'].filter(Boolean).join(' '),
      ),
      row,
      id,
    )
})

t.test('declarations that keep the rules pass', async (t) => t.same(declarationProblems(declared), []))

const wrong: readonly [Partial<DeclaredPermission>, RegExp][] = [
  [{ id: 'members' }, /is no id/],
  [{ writes: true, grantedTo: ['admin'] }, /granted to admin, who only reads/],
  [{ grantedTo: ['maker'] }, /granted to maker, who acts on his own record only/],
  [{ grantedTo: ['service_provider'] }, /granted to service_provider, who acts/],
  [{ platform: true, grantedTo: ['makerspace_admin'] }, /above organisations/],
  [{ wholeOnly: true, own: true }, /concerns the whole organisation/],
]
for (const [change, problem] of wrong)
  t.test(`the boot is told that a permission ${problem.source}`, async (t) => {
    const problems = declarationProblems([{ id: 'members.read', title: 'See members', writes: false, ...change }])
    t.equal(problems.length, 1)
    t.match(problems[0], problem)
    t.match(problems[0], /^permission /)
  })

t.test('a plugin in plain JavaScript that forgot writes, or names a role we do not have, is told so', async (t) => {
  const untyped: DeclaredPermission[] = JSON.parse('[{"id":"x.y","title":"X","grantedTo":["super_admin"]}]')
  t.match(declarationProblems(untyped), [/does not say whether it writes/, /granted to super_admin, which is none of/])
  const auditor = builtinRoles(untyped).find(({ key }) => key === 'platform_auditor')
  t.equal(auditor?.permissions.size, 0, 'and an auditor does not get it')
})

t.test('a broken declaration gives admin and maker nothing even so', async (t) => {
  const roles = builtinRoles([
    { id: 'x.write', title: 'X', writes: true, grantedTo: ['admin', 'maker', 'service_provider'] },
  ])
  for (const key of ['admin', 'maker', 'service_provider'])
    t.equal(roles.find((role) => role.key === key)?.permissions.size, 0, key)
})

t.test("an organisation's own role holds known permissions below the platform only", async (t) => {
  t.same(tenantRoleProblems(['members.read', 'members.read:own', 'plans.read'], declared), [])
  t.match(tenantRoleProblems(['members.fly', 'core.organizations.read', 'plans.read:own'], declared), [
    /no permission members.fly/,
    /stands above organisations/,
    /cannot be held for the own record/,
  ])
})
