import { test } from 'tap'
import { SINGLE_BYTE_ENCODINGS, type SingleByteEncoding } from '#plugins/members/sheets/format.ts'
import { encoded, readText, refusal, written } from './reading.ts'

const GERMAN =
  'Vorname;Nachname;Straße;Ort\r\nJörg;Müller;Größe 1;Köln\r\nÄnne;Übel;Weg 2;Öhringen\r\nRené;Bär;Weg 3;Bonn\r\n'

test('reads a German list in whichever encoding it was written', async (t) => {
  for (const encoding of SINGLE_BYTE_ENCODINGS) {
    const sheet = await readText(encoded(GERMAN, encoding))
    t.equal(sheet.columns[2], 'Straße', encoding)
    t.same(
      sheet.rows.map(({ cells }) => cells.join(';')),
      ['Jörg;Müller;Größe 1;Köln', 'Änne;Übel;Weg 2;Öhringen', 'René;Bär;Weg 3;Bonn'],
      encoding,
    )
  }
})

test('tells encodings by few letters, and by those of other languages', async (t) => {
  const cases: [SingleByteEncoding, string][] = [
    ['cp850', 'Köln'],
    ['cp850', 'Bär'],
    ['cp850', 'Müller'],
    ['cp850', 'MÜLLER'],
    ['cp850', 'François Benoît'],
    ['macintosh', 'Jörg Bär'],
    ['macintosh', 'Müller'],
    ['macintosh', 'René Lefèvre'],
    ['macintosh', 'GRÖSSE'],
    ['windows-1250', 'Łukasz Wałęsa'],
    ['windows-1252', 'Köln'],
    ['windows-1252', 'Sánchez'],
    ['windows-1252', 'João Magalhães'],
    ['windows-1252', 'O’Hara don’t'],
    ['windows-1252', '„Haus“ “Hello” – 5 €'],
    ['windows-1252', 'Søren Ødegård'],
    ['windows-1252', 'François Benoît'],
    ['windows-1252', 'Ivana Šaric'],
    ['windows-1252', 'Acme® Straße'],
    ['windows-1252', 'Microsoft®Word'],
  ]
  for (const [encoding, name] of cases) {
    const sheet = await readText(encoded(`Name;Ort\n${name};Bonn\n`, encoding))
    t.same(sheet.rows[0]?.cells, [name, 'Bonn'], `${encoding}: ${name}`)
  }
})

const mixed = (utf8: number, latin: number) =>
  Buffer.concat([
    Buffer.from(`Name;Ort\n${'Müller;Bonn\n'.repeat(utf8)}`),
    Buffer.from('Bonn;K\xf6ln\n'.repeat(latin), 'latin1'),
  ])

test('refuses a file of two encodings with both places and the option', async (t) => {
  for (const [utf8, latin] of [
    [1, 1],
    [1, 5],
    [5, 200],
    [200, 1],
  ] as const) {
    const error = await refusal(written(mixed(utf8, latin)))
    t.equal(error.code, 'encoding', `${utf8}, ${latin}`)
    t.same(error.place, { row: utf8 + 2, column: 'B' })
    t.match(error.message, /mixes UTF-8, as in row 2,.*option encoding \(utf-8, .*cp850\)/)
  }
  const one = await readText(mixed(1, 200))
  t.equal(one.encoding, 'windows-1252', 'one name among hundreds was garbled before')
})

test('refuses letters that make sense nowhere, with the place', async (t) => {
  const bytes = Buffer.from('Name;Ort\nBonn;a\x81b c\x8dd e\x90f\ng\x9dh;i\x81j\n', 'latin1')
  t.same((await refusal(written(Buffer.from([...bytes].map((byte) => (byte > 127 ? 0xb0 : byte)))))).place, {
    row: 2,
    column: 'B',
  })
})

test('obeys whoever says what the encoding is', async (t) => {
  const greek = await readText(mixed(5, 5), { encoding: 'windows-1252' })
  t.equal(greek.rows[0]?.cells[0], 'MÃ¼ller')
  const marked = await readText(Buffer.from('\xef\xbb\xbfa;b\nK\xf6ln;3\n', 'latin1'), { encoding: 'windows-1252' })
  t.same(
    [marked.columns, marked.rows[0]?.cells],
    [
      ['a', 'b'],
      ['Köln', '3'],
    ],
  )
  t.equal((await readText(encoded('Name;Ort\nSßo;x\n', 'cp850'), { encoding: 'cp850' })).rows[0]?.cells[0], 'Sßo')
  const wrong = await refusal(written(mixed(5, 5)), { encoding: 'utf-8' })
  t.match([wrong.code, wrong.place], ['encoding', { row: 7, column: 'B' }])
  t.equal((await readText(Buffer.from('a;b\n1;2\n', 'utf16le'), { encoding: 'utf-16le' })).rows.length, 1)
})
