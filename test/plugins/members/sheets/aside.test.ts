import { test } from 'tap'
import { readText } from './reading.ts'

const HEADER = 'Nr;Nachname;Vorname;Geburtsdatum;Beitrag'
const PEOPLE = '1;Müller;Maria;01.02.1990;120,00\n2;Schmidt;Eva;03.04.1991;60,00'

/** Numbers of the rows that are entries, and of those set aside. */
async function split(...rows: string[]): Promise<{ entries: number[]; asides: number[] }> {
  const sheet = await readText(`${[HEADER, PEOPLE, ...rows].join('\n')}\n`)
  const numbers = (aside: boolean) =>
    sheet.rows.filter((row) => (row.aside !== undefined) === aside).map((row) => row.number)
  return { entries: numbers(false), asides: numbers(true) }
}

test('totals and remarks below the list are no entries', async (t) => {
  for (const foot of [
    'Gesamt;;;;180,00',
    ';Gesamt:;;;180,00 €',
    'Summe;;;;1.440,00',
    'Gesamtsumme Beiträge;;;;180,00',
    'Anzahl;2;;;',
    'Total;2;;;',
    'Anzahl Mitglieder: 120;;;;',
    'Anzahl Mitglieder: 120',
    'Mitglieder gesamt;120;;;',
    'Stand: 31.12.2024;;;;',
    'Stand;31.12.2024;;;',
    'Stand Dezember 2024;;;;',
    'Gesamtergebnis;;;;#WERT!',
    '120 Datensätze;;;;',
    'Mitglieder: 120;;;;',
    'Seite 1 von 3;;;;',
    'Erstellt am 01.02.2025 mit Vereinsprogramm;;;;',
    'Hinweis: Änderungen bitte melden;;;;',
    '--- Ende der Liste ---;;;;',
    '-----;-----;-----;-----;-----',
    'Total members;120;;;',
    'Summe',
    ';Summe;;;',
    'Printed on 2025-01-01;;;;',
  ])
    t.same(await split('', foot), { entries: [2, 3], asides: [5] }, foot)
  t.same(await split('Summe;;;;180,00', 'Anzahl;2;;;', '', 'Stand: 1.1.2025'), { entries: [2, 3], asides: [4, 5, 7] })
})

test('people whose name is such a word are entries', async (t) => {
  for (const person of [
    '3;Total;Anna;;',
    ';Total;Anna;01.01.1990;',
    '3;Stand;;01.01.1990;',
    '3;Stand;Peter;;',
    ';Stand;;;60,00',
    '3;Total;;;60,00',
    ';Total;;01.01.1990;60,00',
    ';Seite;Karl;;',
    ';Summer;;;',
    ';Gesamtmann;;;',
    ';Page;;;',
  ])
    t.same(await split(person), { entries: [2, 3, 4], asides: [] }, person)
})

test('a word that may be a name counts as a total only where no entry follows', async (t) => {
  t.same(await split('Summe;;;;180,00', '4;Öz;Ali;;'), { entries: [2, 3, 4, 5], asides: [] })
  t.same(await split('Summe: 2;;;;180,00', '4;Öz;Ali;;'), { entries: [2, 3, 5], asides: [4] }, 'nothing else reads so')
  const many = Array.from({ length: 200 }, () => 'Summe;;;;1')
  const { entries, asides } = await split(...many)
  t.equal(entries.length + asides.length, 202, 'none is lost')
  t.equal(asides.length, 50)
})

test('the header printed once more is no entry', async (t) => {
  t.same(await split(HEADER, '4;Öz;Ali;;', HEADER), { entries: [2, 3, 5], asides: [4, 6] })
})
