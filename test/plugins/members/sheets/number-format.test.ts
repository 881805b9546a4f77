import { test } from 'tap'
import { cellFormat } from '#plugins/members/sheets/number-format.ts'
import { cellText } from '#plugins/members/sheets/workbook-cells.ts'
import { pathFor, readAll } from './reading.ts'
import { cellRow, textRow, workbookParts, worksheet, writeArchive } from './workbook-file.ts'

const shown = (value: number, code: string) => cellText(value, cellFormat(164, code), '1900')

test('a number is read as its format shows it where zeros stand in front', (t) => {
  for (const [value, code, text] of [
    [1067, '00000', '01067'],
    [50667, '00000', '50667'],
    [123456, '00000', '123456'],
    [7, '0000', '0007'],
    [7, '"M-"0000', 'M-0007'],
    [1067, '"D-"00000', 'D-01067'],
    [2211234567, '0000 0000000', '0221 1234567'],
    [12345, '000\\-000', '012-345'],
    [7, '[$-407]0000;-0000;;@', '0007'],
    [7, '#000', '007'],
    [0, '0000', '0000'],
    [12.5, '0000', '12.5'],
    [-7, '0000', '-7'],
  ] as const)
    t.equal(shown(value, code), text, `${value} ${code}`)
  for (const [value, code, text] of [
    [1440, '#,##0.00', '1440'],
    [1440.5, '0.00', '1440.5'],
    [12, '0', '12'],
    [12, '#,##0.00\\ "€"', '12'],
    [0.5, '00%', '0.5'],
    [12, '[$€-407]00', '12'],
    [491711234567, '0.00E+00', '491711234567'],
    [12, 'General', '12'],
  ] as const)
    t.equal(shown(value, code), text, `${value} ${code} is read by its value`)
  t.end()
})

test('dates are dates, times are times, and day 0 is no date', (t) => {
  t.equal(shown(45658, 'dd.mm.yyyy'), '2025-01-01')
  t.equal(shown(45658.5, 'd/m/yy h:mm'), '2025-01-01 12:00:00')
  t.equal(shown(0.75, 'hh:mm'), '18:00:00')
  t.equal(shown(45658, 'mmmm'), '2025-01-01')
  t.equal(shown(0, 'dd.mm.yyyy'), '')
  t.equal(shown(0, 'hh:mm'), '00:00:00')
  t.equal(shown(2_958_465, 'yyyy-mm-dd'), '9999-12-31')
  t.end()
})

test('the formats of a workbook are found by the style of the cell', async (t) => {
  const path = pathFor('xlsx')
  const xml = worksheet([
    textRow(1, ['Nr', 'PLZ', 'Geburtsdatum']),
    cellRow(2, [
      [7, 1],
      [1067, 2],
      [0, 3],
    ]),
  ])
  await writeArchive(path, workbookParts([{ name: 'Liste', xml }], ['0000', '&quot;D-&quot;00000', 'dd.mm.yyyy']))
  t.same((await readAll(path)).rows, [{ number: 2, cells: ['0007', 'D-01067', ''] }])
})
