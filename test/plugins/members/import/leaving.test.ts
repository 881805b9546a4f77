import t from 'tap'
import { startTestPlatform, type TestClient } from '#core/testing/index.ts'
import { type Club, plan, planAndApply } from './importing.ts'

const platform = await startTestPlatform({ now: new Date('2026-03-31T12:00:00Z') })
t.teardown(() => platform.close())
const start = async (): Promise<Club> => {
  const tenant = await platform.tenant('Club', { settings: { country: 'DE' } })
  return { platform, tenant, admin: await tenant.admin() }
}
const members = async (admin: TestClient) =>
  (await admin.get('/api/v1/members?limit=200&include=groups&sort=lastName')).json().items

t.test('who left is expired, and his seats end with him', async (t) => {
  const club = await start()
  const { admin } = club
  await admin.post('/api/v1/groups', { name: 'Turnen' })
  const file =
    'Nr;Nachname;Eintritt;Austritt;Abteilung\n' +
    '1;Alt;01.04.1990;31.12.2020;Turnen\n2;Bald;01.04.1990;31.12.2026;Turnen\n3;Da;01.04.1990;;Turnen\n'
  const { applied } = await planAndApply(club, file)
  t.match(applied, { create: 3 })
  t.same(
    (await members(admin)).map(({ lastName, status }: Record<string, string>) => [lastName, status]),
    [
      ['Alt', 'expired'],
      ['Bald', 'active'],
      ['Da', 'active'],
    ],
  )
  const [group] = (await admin.get('/api/v1/groups?search=turnen')).json().items
  const seats = async (query: string) =>
    (await admin.get(`/api/v1/groups/${group.id}/members?${query}`))
      .json()
      .items.map(({ memberName, from, until }: Record<string, string>) => [memberName, from, until])
  t.same(await seats('at=2027-01-01'), [['Da', '1990-04-01', null]])
  t.same(await seats('at=2010-01-01'), [
    ['Alt', '1990-04-01', '2020-12-31'],
    ['Bald', '1990-04-01', '2026-12-31'],
    ['Da', '1990-04-01', null],
  ])
  t.match((await plan(club, file)).counts, { unchanged: 3 }, 'a second time changes nothing')
  const corrected = file.replace('3;Da;01.04.1990;', '3;Da;01.05.1990;28.02.2026')
  t.match(await planAndApply(club, corrected), { applied: { update: 1 }, counts: { unchanged: 2 } })
  t.same((await seats('at=2010-01-01'))[2], ['Da', '1990-04-01', '2026-02-28'], 'a seat keeps the day it began')
  t.equal((await members(admin))[2].status, 'expired')
})

t.test('a row that says only that somebody left makes him expired from the day of the import', async (t) => {
  const club = await start()
  const file =
    'Nr;Nachname;Eintritt;Austritt;Status\n1;Alt;01.04.1990;;ausgetreten\n2;Weg;;31.12.2020;ausgetreten\n3;Da;;;aktiv\n'
  const planned = await planAndApply(club, file)
  t.match(planned.notices, [{ code: 'assumed', column: 'Status', rows: 1, message: /not when: 2026-03-30/ }])
  t.match(await members(club.admin), [
    { lastName: 'Alt', status: 'expired', leftOn: '2026-03-30' },
    { lastName: 'Da', status: 'active', leftOn: null },
    { lastName: 'Weg', status: 'expired', leftOn: '2020-12-31' },
  ])
  await platform.advance(5 * 86_400_000)
  t.match((await plan(club, file)).counts, { unchanged: 3 }, 'and later the same file changes nothing')
})
