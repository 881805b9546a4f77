import fc from 'fast-check'
import { test } from 'tap'
import type { Parsed, ValueContext, ValueKind } from '#plugins/members/import/index.ts'
import { DateOrderVote, isProblem, parseDate, parseValue } from '#plugins/members/import/index.ts'

const GERMAN: ValueContext = { country: 'DE', currency: 'EUR', decimal: ',', dateOrder: 'dmy', currentYear: 2026 }
const AMERICAN: ValueContext = { country: 'US', currency: 'USD', decimal: '.', dateOrder: 'mdy', currentYear: 2026 }

/** The value, or `problem` where the cell is refused. */
function read(kind: ValueKind, cell: string, context = GERMAN): unknown {
  const parsed: Parsed<unknown> = parseValue(kind, cell, context)
  return isProblem(parsed) ? 'problem' : parsed.value
}

test('a date is read however it is written', (t) => {
  const day = fc.date({ min: new Date('1930-01-01'), max: new Date('2025-12-31'), noInvalidDate: true })
  const names = (locale: string, month: 'long' | 'short') =>
    new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month, year: 'numeric' })
  const [german, english, short] = [names('de', 'long'), names('en-US', 'long'), names('en-GB', 'short')]
  fc.assert(
    fc.property(day, (date) => {
      const iso = date.toISOString().slice(0, 10)
      const [y, m, d] = iso.split('-').map(Number)
      const forms = [
        iso,
        `${iso}T00:00:00Z`,
        `${iso} 13:05`,
        `${d}.${m}.${y}`,
        `${d}/${m}/${y}`,
        `${iso.replaceAll('-', '')}`,
      ]
      forms.push(german.format(date), english.format(date), short.format(date))
      forms.push(String(Math.floor(date.getTime() / 86_400_000) + 25_569))
      for (const form of forms) t.same(read('date', form), iso, form, { diagnostic: false })
      t.equal(read('date', `${m}/${d}/${y}`, AMERICAN), iso)
      t.equal(
        read('pastDate', `${d}.${m}.${String(y).slice(2)}`),
        y! > 1926
          ? iso.replace(/^\d{4}/, (all) => (Number(all.slice(2)) > 26 ? `19${all.slice(2)}` : `20${all.slice(2)}`))
          : iso,
      )
    }),
    { numRuns: 50 },
  )
  t.end()
})

test('what is no date is refused, never moved to another day', (t) => {
  for (const cell of [
    '31.02.2025',
    '29.2.2023',
    '2025-13-01',
    '1/13/25/2',
    '1990',
    'gestern',
    '0.5.2020',
    '12.12.1492',
    '32.1.2020',
  ]) {
    t.equal(read('date', cell), 'problem', cell)
  }
  t.equal(read('date', '29.2.2024'), '2024-02-29')
  for (const blank of ['', ' ', '-', '0000-00-00', '00.00.0000', 'k.A.']) t.equal(read('date', blank), null, blank)
  t.end()
})

test('the first and the last day that software can count are no dates', (t) => {
  for (const cell of [
    '31.12.9999',
    '12/31/9999',
    '9999-12-31 00:00:00',
    '00.01.1900',
    '0.1.1900',
    '01.01.1900',
    '1/0/1900',
    '30.12.1899',
    '01.01.0001 00:00:00',
    '0001-01-01T00:00:00Z',
    '1753-01-01',
    '0',
  ])
    t.equal(read('date', cell), null, cell)
  t.match(parseValue('date', '31.12.9999', GERMAN), { notice: String }, 'and it is told')
  const notices = new Set(
    ['45658', '45659'].map((serial) => {
      const parsed = parseValue('date', serial, GERMAN)
      return 'notice' in parsed ? parsed.notice : null
    }),
  )
  t.equal(notices.size, 1, 'one notice for all the numbers of a column')
  t.end()
})

test('a column decides the order of its dates; only an open one falls back, with a notice', (t) => {
  const decide = (cells: string[], fallback: 'dmy' | 'mdy') => {
    const vote = new DateOrderVote()
    for (const cell of cells) vote.see(cell)
    return vote.decide(fallback)
  }
  t.same(decide(['1/2/2025', '13/2/2025'], 'mdy'), { order: 'dmy' })
  t.same(decide(['1/2/2025', '2/13/2025'], 'dmy'), { order: 'mdy' })
  t.match(decide(['1/2/2025'], 'mdy'), { order: 'mdy', notice: String })
  t.same(decide(['1.2.2025'], 'mdy'), { order: 'dmy' })
  t.match(decide(['13/2/2025', '2/13/2025', '14/2/2025'], 'mdy'), { order: 'dmy', notice: /mixes/ })
  t.end()
})

test('words have their meaning in English and German', (t) => {
  for (const yes of ['ja', 'Yes', 'x', 'X', '1', 'WAHR', '✓']) t.equal(read('boolean', yes), true, yes)
  for (const no of ['nein', 'No', '0', 'FALSE', 'n']) t.equal(read('boolean', no), false, no)
  t.equal(read('boolean', 'vielleicht'), 'problem')
  for (const [cell, gender] of [
    ['m', 'male'],
    ['Herrn', 'male'],
    ['männlich', 'male'],
    ['W', 'female'],
    ['F', 'female'],
    ['Frau', 'female'],
    ['d', 'diverse'],
    ['divers', 'diverse'],
    ['Familie', 'unknown'],
    ['k.A.', 'unknown'],
  ]) {
    t.equal(read('gender', cell!), gender, cell ?? '')
  }
  for (const [cell, status] of [
    ['Aktiv', 'active'],
    ['ausgetreten', 'expired'],
    ['gekündigt', 'expired'],
    ['gesperrt', 'suspended'],
    ['Pending', 'pending'],
    ['Lapsed', 'expired'],
  ]) {
    t.equal(read('status', cell!), status, cell ?? '')
  }
  for (const [cell, code] of [
    ['Deutschland', 'DE'],
    ['Germany', 'DE'],
    ['D', 'DE'],
    ['de', 'DE'],
    ['Österreich', 'AT'],
    ['USA', 'US'],
    ['Schweiz', 'CH'],
    ['UK', 'GB'],
    ['Frankreich', 'FR'],
    ['Narnia', 'problem'],
    ['XX', 'problem'],
  ]) {
    t.equal(read('country', cell!), code, cell ?? '')
  }
  for (const [cell, tag] of [
    ['Deutsch', 'de'],
    ['German', 'de'],
    ['en-gb', 'en-GB'],
    ['fr', 'fr'],
    ['Klingonisch', 'problem'],
    ['??', null],
  ]) {
    t.equal(read('language', cell!), tag, cell ?? '')
  }
  t.end()
})

test('telephone numbers and addresses of mail and post are brought into one form', (t) => {
  for (const cell of ['0221 / 12 34 567', '+49 (0)221 1234567', '0049 221 1234567', '(0221) 1234567']) {
    t.equal(read('phone', cell), '+492211234567', cell)
  }
  t.equal(read('phone', '202-224-3441', AMERICAN), '+12022243441')
  t.match(parseValue('phone', 'siehe Eltern', GERMAN), { value: 'siehe Eltern', notice: String })
  t.equal(read('email', ' Eva Muster <Eva.Muster@Example.ORG> '), 'Eva.Muster@example.org')
  for (const bad of ['eva', 'eva@', 'a@b@c.de', 'a@b.de; c@', 'a b@c.de']) t.equal(read('email', bad), 'problem', bad)
  t.same(read('address', 'Hauptstr. 1, 50667 Köln'), { street: 'Hauptstr. 1', postalCode: '50667', city: 'Köln' })
  t.same(read('address', 'c/o Meier\nAm Ring 5a\nD-50667 Köln\nDeutschland'), {
    street: 'c/o Meier',
    extra: 'Am Ring 5a',
    postalCode: '50667',
    city: 'Köln',
    country: 'DE',
  })
  t.same(read('address', '50667 Bad Köln'), { postalCode: '50667', city: 'Bad Köln' })
  t.same(read('address', '12 Main St, Apt 4, Springfield, IL 62701', AMERICAN), {
    street: '12 Main St',
    extra: 'Apt 4',
    city: 'Springfield',
    region: 'IL',
    postalCode: '62701',
  })
  t.same(read('address', '511 Hart Senate Office Building Washington DC 20510', AMERICAN), {
    street: '511 Hart Senate Office Building',
    city: 'Washington',
    region: 'DC',
    postalCode: '20510',
  })
  t.end()
})

test('names are taken apart', (t) => {
  const cases: [string, object][] = [
    ['Müller, Max', { firstName: 'Max', lastName: 'Müller' }],
    ['Max Müller', { firstName: 'Max', lastName: 'Müller' }],
    [
      'Dr. Anna Maria von der Heide',
      { title: 'Dr.', firstName: 'Anna', middleName: 'Maria', lastName: 'von der Heide' },
    ],
    ['Heide, Anna von der', { firstName: 'Anna', lastName: 'von der Heide' }],
    ['Frau Eva Meier', { firstName: 'Eva', lastName: 'Meier' }],
    ['Martin Luther King, Jr.', { firstName: 'Martin', middleName: 'Luther', lastName: 'King', suffix: 'Jr.' }],
    ['Cher', { firstName: '', lastName: 'Cher' }],
  ]
  for (const [cell, name] of cases) t.same(read('fullName', cell), name, cell)
  t.equal(read('fullName', 'a, b, c'), 'problem')
  t.end()
})

test('numbers and money keep their worth in every notation', (t) => {
  const notations: [string, ValueContext, number | 'problem', string?][] = [
    ['1.234,50 €', GERMAN, 123450],
    ['1234,5', GERMAN, 123450],
    ['12', GERMAN, 1200],
    ['1.234', GERMAN, 123400],
    ['12,-', GERMAN, 1200],
    ['EUR 12.50', GERMAN, 1250],
    ['-3,10', GERMAN, -310],
    ['$1,234.50', AMERICAN, 123450, 'USD'],
    ['1,234', AMERICAN, 123400, 'USD'],
    ['(5.00)', AMERICAN, -500, 'USD'],
    ["1'234.50 CHF", GERMAN, 123450, 'CHF'],
    ['¥', GERMAN, 'problem'],
    ['1,2,3', GERMAN, 'problem'],
    ['1.2345', GERMAN, 'problem'],
  ]
  for (const [cell, context, amount, currency = 'EUR'] of notations) {
    t.same(read('money', cell, context), amount === 'problem' ? amount : { amount, currency }, cell)
  }
  fc.assert(
    fc.property(
      fc.integer({ min: -10_000_000_00, max: 10_000_000_00 }),
      fc.constantFrom('de', 'en'),
      (amount, locale) => {
        const cell = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(amount / 100)
        const context = locale === 'de' ? GERMAN : AMERICAN
        t.same(read('money', cell, context), { amount, currency: context.currency }, cell, { diagnostic: false })
      },
    ),
    { numRuns: 100 },
  )
  for (const [cell, value] of [
    ['42', 42],
    ['1.000', 1000],
    ['1,000,000', 1000000],
    ['7.0', 7],
    ['-3', -3],
    ['1.5', 'problem'],
    ['x', 'problem'],
  ]) {
    t.equal(read('integer', String(cell)), value, String(cell))
  }
  t.same(read('list', 'Hip, Hop; Jazz; jazz'), ['Hip, Hop', 'Jazz'])
  t.same(read('list', 'a, b,,c'), ['a', 'b', 'c'])
  t.end()
})

test('what no kind accepts is refused with a reason, and nothing throws', (t) => {
  const kinds: ValueKind[] = [
    'text',
    'longText',
    'name',
    'identifier',
    'fullName',
    'email',
    'phone',
    'url',
    'date',
    'pastDate',
    'boolean',
    'gender',
    'integer',
    'money',
    'list',
    'status',
    'role',
    'country',
    'language',
    'address',
  ]
  t.equal(read('text', '#REF!'), 'problem')
  t.equal(read('name', 'a\u0007b'), 'problem')
  t.equal(read('url', 'javascript:alert(1)'), 'problem')
  t.equal(read('url', 'www.example.org'), 'https://www.example.org')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...kinds), (cell, kind) => {
      const parsed = parseValue(kind, cell, GERMAN)
      return isProblem(parsed) ? parsed.problem !== '' && parsed.accepted !== '' : parsed.value !== undefined
    }),
    { numRuns: 1000 },
  )
  t.equal(isProblem(parseDate('x')), true)
  t.end()
})
