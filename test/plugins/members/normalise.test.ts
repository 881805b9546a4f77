import fc from 'fast-check'
import { test } from 'tap'
import { emailKey, foldText, nameKey, normaliseText, searchText, UnprintableText } from '#plugins/members/normalise.ts'

test('a text is stored in one form', (t) => {
  t.equal(normaliseText('  Mu\u0308ller \t Lüdenscheidt\u00a0 '), 'Müller Lüdenscheidt')
  t.equal(normaliseText('a\r\n\r\n\r\n\r\nb  c ', { lines: true }), 'a\n\nb c')
  for (const bad of ['a\0b', 'a\u001bb', 'a\u202eb', '\ud800']) t.throws(() => normaliseText(bad), UnprintableText)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      let once: string
      try {
        once = normaliseText(text)
      } catch {
        return true
      }
      return normaliseText(once) === once && once === once.normalize('NFC') && once === once.trim()
    }),
  )
  t.end()
})

test('a name is found however its umlauts and accents are written', (t) => {
  t.equal(searchText('Jörg', 'Müller', null), 'jorg joerg muller mueller')
  t.equal(searchText('Łukasz Đorđević'), 'lukasz dordevic')
  t.equal(searchText('Groß', 'Bjørn Åse'), 'gross bjorn ase bjoern aase')
  t.equal(foldText('Velázquez'), 'velazquez')
  t.equal(foldText('Velazquez'), foldText('VELA\u0301ZQUEZ'))
  t.end()
})

test('probable duplicates share a key', (t) => {
  const key = nameKey('Anna-Lena', 'Müller')
  for (const [first, last] of [
    ['Anna Lena', 'Mueller'],
    ['ANNALENA', 'Muller'],
    ['anna-lena', 'MU\u0308LLER'],
  ] as const) {
    t.equal(nameKey(first, last), key)
  }
  t.equal(nameKey('Max', 'Weiß'), nameKey('Max', 'Weiss'))
  t.not(nameKey('Max', 'Maier'), nameKey('Maier', 'Max'))
  t.equal(emailKey(' Eva@Example.ORG '), 'eva@example.org')
  t.end()
})
