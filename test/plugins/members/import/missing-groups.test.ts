import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { type Club, plan, planAndApply } from './importing.ts'

const platform = await startTestPlatform({ now: new Date('2026-03-31T12:00:00Z') })
t.teardown(() => platform.close())
const start = async (): Promise<Club> => {
  const tenant = await platform.tenant('Club', { settings: { country: 'DE' } })
  return { platform, tenant, admin: await tenant.admin() }
}
const file =
  'Nr;Nachname;Eintritt;Abteilung 1;Abteilung 2;Funktion;Beitragsart\n' +
  '1;Ada;01.04.1990;Turnen;Chor;Notenwart;Erwachsene\n' +
  '2;Bo;01.04.2000;Turnen;;;Erwachsene\n' +
  '3;Cy;01.04.2010;Chor;;;Student\n'
const members = async ({ admin }: Club) =>
  (await admin.get('/api/v1/members?limit=50&include=groups,memberships&sort=lastName')).json().items

t.test('members are imported without the groups and plans that are not there, and one notice says so', async (t) => {
  const club = await start()
  await club.admin.post('/api/v1/groups', { name: 'Chor' })
  const planned = await planAndApply(club, file)
  t.match(planned, { applied: { create: 3 }, counts: { error: 0 } })
  const missing = planned.notices.filter(({ code }) => code === 'not-there')
  t.match(planned.notices.slice(0, 3), missing, 'what is missing stands first')
  t.match(missing, [
    { column: 'Abteilung 1', rows: 2, message: /groups.*metadata.abteilung1.*Named: Turnen \(2\)/ },
    { column: 'Funktion', rows: 1, message: /functions.*createMissing=true.*Named: Notenwart \(1\)/ },
    { column: 'Beitragsart', rows: 2, message: /plans.*Named: Erwachsene \(2\)/ },
  ])
  t.match(await members(club), [
    {
      groups: [{ groupName: 'Chor' }],
      metadata: { abteilung1: 'Turnen', funktion: 'Notenwart', beitragsart: 'Erwachsene' },
    },
    { groups: [], metadata: { abteilung1: 'Turnen' } },
    { groups: [{ groupName: 'Chor' }], memberships: [{ planName: 'Student' }], metadata: {} },
  ])
  const again = await plan(club, file)
  t.match(again, { counts: { unchanged: 3 }, summary: /2 rows name groups, functions or plans that are not there/ })
  const made = await planAndApply(club, file, { options: { createMissing: true } })
  t.match(made, { applied: { update: 2 }, counts: { unchanged: 1 } })
  t.equal(made.notices.filter(({ code }) => code === 'not-there').length, 0)
  const [ada] = await members(club)
  t.same(ada.groups.map(({ groupName }: { groupName: string }) => groupName).toSorted(), ['Chor', 'Chor', 'Turnen'])
})

t.test('a plan that whoever imports names must be there', async (t) => {
  const club = await start()
  const { counts, problems } = await plan(club, 'Nachname;Eintritt\nA;01.01.2020\n', { options: { plan: 'Gold' } })
  t.match(counts, { error: 1 })
  t.match(problems, [{ reason: /no plan "Gold"/ }])
})
