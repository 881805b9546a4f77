import { organizationFileSections } from '@guildhall/sdk'
import t from 'tap'
import { applyOrganizationFile } from '#core/tenancy/apply-organization-file.ts'
import { readOrganizationFile } from '#core/tenancy/organization-file.ts'
import { startTestPlatform, type TestTenant } from '#core/testing/index.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())

const text = `
UID: "0042"
Orga: Verein
Hierarchie:
  - { key: National, children: [Verein] }
  - { key: Verein, children: [], roles: [{ key: wart, title: Gerätewart }] }
GenderGroups: { F: Frauen }
Stage: [Jugend]
Settings: { timeZone: Europe/Vienna, currency: EUR }
`
const apply = async (club: TestTenant, file: string): Promise<readonly string[]> => {
  const { host, enablement } = platform.runtime
  const on = await enablement.of(club.id)
  const declared = host.declaredPermissions
  return club.unit((tx) =>
    applyOrganizationFile(tx, readOrganizationFile(file), {
      sections: host.contributions(organizationFileSections, on),
      declared,
    }),
  )
}

t.test('an organisation becomes what its file says, once', async (t) => {
  const club = await platform.tenant('Before')
  t.same(await apply(club, text), ['name', 'externalId', 'timeZone', 'currency', 'levels', 'genderGroups', 'stages'])
  t.same(await apply(club, text), [], 'a second time changes nothing')
  const admin = await club.admin()
  t.match((await admin.get('/api/v1/organizations/current')).json(), {
    name: 'Verein',
    timeZone: 'Europe/Vienna',
    currency: 'EUR',
  })
  t.same((await admin.get('/api/v1/groups/stages')).json(), {
    stages: [{ label: 'Jugend', minAge: null, maxAge: null }],
  })
  t.match((await admin.get(`/api/v1/groups/${club.rootId}`)).json(), { type: 'National' })
  t.same(await apply(club, text.replace('F: Frauen', 'F: Damen')), ['genderGroups'])
  t.same(await apply(club, 'Orga: Verein\nHierarchie: [National, Verein]'), ['levels'], 'what it does not name stays')
})

t.test('what is in use is not taken away, and nothing else of the file happens', async (t) => {
  const club = await platform.tenant('Verein', { file: readOrganizationFile(text) })
  const admin = await club.admin()
  const made = await admin.post('/api/v1/groups', { name: 'SV Au', type: 'Verein', genderGroup: 'F', stage: 'Jugend' })
  const member = (await admin.post('/api/v1/members', { lastName: 'Warth' })).json()
  await admin.post(`/api/v1/groups/${made.json().id}/members`, { memberId: member.id, role: 'Gerätewart' })
  for (const [change, says] of [
    [
      text.replaceAll('Verein, children', 'Klub, children').replace('[Verein]', '[Klub]'),
      /The level Verein is used by: SV Au/,
    ],
    [text.replace('children: [Verein]', 'children: []'), /Verein below National is used by: SV Au/],
    [text.replace('F: Frauen', 'M: Männer'), /The gender group F is used by SV Au/],
    [text.replace('[Jugend]', '[Aktive]'), /The stage Jugend is used by SV Au/],
    [text.replace('wart, title: Gerätewart', 'platzwart'), /The role wart of Verein is held by Warth/],
  ] as const)
    await t.rejects(apply(club, change.replace('Orga: Verein', 'Orga: Anders')), {
      kind: { status: 409 },
      message: says,
    })
  t.same(await apply(club, text), [], 'nothing had happened')
})

t.test('a role with a permission nobody declared is refused with its name', async (t) => {
  const club = await platform.tenant('Verein')
  const wrong = text.replace('title: Gerätewart', 'permissions: [members.fly]')
  await t.rejects(apply(club, wrong), {
    kind: { status: 400 },
    message: /role wart of Verein: members.fly: there is no permission/,
  })
})
