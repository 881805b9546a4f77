import { test } from 'tap'
import { planAndApply, startClub } from './importing.ts'

test('totals below a list become no members and are told by their row', async (t) => {
  const club = await startClub()
  const file = [
    'Nr;Nachname;Vorname;Geburtsdatum;Beitrag',
    '1;Total;Maria;01.02.1990;120,00',
    '2;Stand;Eva;03.04.1991;60,00',
    'Nr;Nachname;Vorname;Geburtsdatum;Beitrag',
    '3;Schmidt;Ada;03.04.1991;60,00',
    '',
    ';Gesamt;;;240,00',
    ';Anzahl;3;;',
    'Stand: 31.12.2024',
  ]
  const { counts, notices, problems, progress } = await planAndApply(club, file.join('\r\n'), {
    mapping: { Beitrag: null },
  })
  t.match(counts, { create: 3, conflict: 0, error: 0 })
  t.same(problems, [])
  t.equal(progress.total, 3)
  t.match(
    notices.filter(({ code }) => code === 'aside'),
    [
      { rows: 3, message: /^Rows 7 \("Gesamt 240,00"\), 8 \("Anzahl 3"\), 9 \("Stand: 31.12.2024"\) are left out/ },
      { rows: 1, message: /^Row 4 is left out/ },
    ],
  )
  const { items } = (await club.admin.get('/api/v1/members?sort=lastName')).json()
  t.same(
    items.map(({ lastName }: { lastName: string }) => lastName),
    ['Schmidt', 'Stand', 'Total'],
  )
})
