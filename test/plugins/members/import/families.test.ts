import { test } from 'tap'
import { plan, planAndApply, startClub } from './importing.ts'

const header = 'Nr;Vorname;Nachname;E-Mail;Geburtsdatum\n'
const family =
  header +
  '1;Eva;Muster;familie@example.org;01.02.1980\n2;Tim;Muster;Familie@example.org;01.02.2015\n3;Lea;Muster;familie@example.org;01.02.2017\n'

test('a family shares an address: the first keeps it, the others are reached by it, and again nothing changes', async (t) => {
  const club = await startClub()
  const planned = await planAndApply(club, family)
  t.match(planned, { applied: { create: 3 }, counts: { conflict: 0 } })
  t.match(planned.notices[0], { code: 'shared-email', column: 'E-Mail', rows: 2, message: /sharedEmail=conflict/ })
  const all = async () =>
    ((await club.admin.get('/api/v1/members?limit=50')).json().items as Record<string, unknown>[]).toSorted((a, b) =>
      String(a.birthday).localeCompare(String(b.birthday)),
    )
  t.match(await all(), [
    { firstName: 'Eva', email: 'familie@example.org' },
    { firstName: 'Tim', email: null, metadata: { contactEmail: 'Familie@example.org' } },
    { firstName: 'Lea', email: null, metadata: { contactEmail: 'familie@example.org' } },
  ])
  const again = await plan(club, family)
  t.match(again.counts, { unchanged: 3 })
  t.match((await plan(club, family.replaceAll(/^\d;/gm, ';'))).counts, { unchanged: 3 }, 'without numbers, too')
  t.match((await plan(club, family, { options: { sharedEmail: 'conflict' } })).counts, { unchanged: 1, conflict: 2 })
})

test('an address that comes to a family of the register stays with the first', async (t) => {
  const club = await startClub()
  await planAndApply(club, family.replaceAll(/;[Ff]amilie@example.org/g, ';'))
  const planned = await planAndApply(club, family)
  t.match(planned, { applied: { update: 3 } })
  const found = (await club.admin.get('/api/v1/members?search=Lea')).json().items
  t.match(found, [{ email: null, metadata: { contactEmail: 'familie@example.org' } }])
  await club.admin.post(`/api/v1/imports/${planned.id}/undo`)
  await club.platform.settle()
  t.match((await club.admin.get('/api/v1/members?search=Lea')).json().items, [{ email: null, metadata: {} }])
  t.match((await plan(club, family)).counts, { update: 3 }, 'undone as a whole')
})

test('one person twice with one address is a conflict, and a number is taken by a row in error', async (t) => {
  const club = await startClub()
  const { counts, problems } = await plan(
    club,
    `${header};Eva;Muster;a@example.org;\n;Eva;Muster;a@example.org;\n7;Bo;Berg;#REF!;\n7;Cy;Celik;c@example.org;\n`,
  )
  t.match(counts, { create: 1, conflict: 2, error: 1 })
  t.match(problems, [
    { row: 3, reason: /same e-mail address as in row 2/ },
    { row: 4, outcome: 'error' },
    { row: 5, outcome: 'conflict', column: 'Nr', reason: /same number as in row 4/ },
  ])
})
