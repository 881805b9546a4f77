import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { test } from 'tap'
import { detectSeparator, SEPARATORS } from '#plugins/members/sheets/separator.ts'

test('finds the separator of any table, whatever the cells hold', (t) => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'B', 'ü', '1', ' ', ';', ',', '|', '\t', '"', '\n', '.', '-') })
  const table = fc
    .integer({ min: 2, max: 8 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 4, maxLength: 20 }))
  fc.assert(
    fc.property(table, fc.constantFrom(...SEPARATORS), (rows, separator) => {
      const header = rows[0]!.map((_, i) => `c${i}`)
      // As a careful writer quotes: every text, so that separators of other dialects cannot be mistaken.
      const text = stringify([header, ...rows], { delimiter: separator, quoted_string: true })
      return detectSeparator(text, true) === separator
    }),
  )
  t.end()
})

test('prefers the constant separator to punctuation and decimals', (t) => {
  t.equal(detectSeparator('Name;Beitrag\nMüller;12,50\nMeier;3,00\n', true), ';')
  t.equal(detectSeparator('Name;Ort\nMüller, Max;Köln\nMeier, Eva;Bonn\n', true), ';')
  t.equal(detectSeparator('Name, Vorname;Ort, Land\nMüller, Max;Köln, DE\nMeier, Eva;Bonn, DE\n', true), ';')
  t.equal(detectSeparator('name,tags\nEva,a;b\nMax,c\n', true), ',')
  t.equal(detectSeparator('one column\nonly\n', true), ',')
  t.equal(detectSeparator('a\tb, c\n5" pipe\tx\n3" pipe\ty, z\n', true), '\t')
  t.end()
})

test('does not count the last row of a sample that is cut', (t) => {
  t.equal(detectSeparator('a;b;c\n1;2;3\n4,5;', false), ';')
  t.end()
})
