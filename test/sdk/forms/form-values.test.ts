import {
  domainValues,
  englishFormMessages,
  type FormUi,
  formErrors,
  formProblems,
  germanFormMessages,
  secretPlaces,
  translatedForm,
  withFormDefaults,
  withoutHiddenFields,
} from '@guildhall/sdk'
import t from 'tap'
import { formats } from '../../../sdk/forms/formats.ts'
import { keywords, refusedKeywords, uiKeys, widgets } from '../../../sdk/forms/vocabulary.ts'
import { read } from '../../support/source-tree.ts'

const schema = {
  type: 'object',
  required: ['title', 'token'],
  properties: {
    title: { type: 'string', title: 'Title', maxLength: 5 },
    default: { type: 'string', title: 'Template', format: 'emailTemplate', default: 'welcome' },
    kind: {
      type: 'string',
      oneOf: [
        { const: 'mail', title: 'Mail' },
        { const: 'call', title: 'Call' },
      ],
      default: 'mail',
    },
    groups: { type: 'array', maxItems: 3, items: { type: 'string', format: 'group' } },
    token: { type: 'string', format: 'secret', minLength: 8 },
    quiet: { type: 'object', properties: { from: { type: 'string', format: 'time', default: '22:00' } } },
    steps: { type: 'array', maxItems: 2, items: { $ref: '#/$defs/step' } },
  },
  if: { properties: { kind: { const: 'call' } }, required: ['kind'] },
  then: {
    properties: { host: { type: 'string', format: 'httpHost' }, key: { type: 'string', format: 'secret' } },
    required: ['host'],
  },
  $defs: {
    step: {
      type: 'object',
      required: ['days'],
      properties: { days: { type: 'integer', default: 1 }, note: { type: 'string' } },
    },
  },
}
const group = '01890a5d-ac96-774b-8000-000000000001'
const filled = { title: 'a', token: 'long enough' }
const errors = (value: unknown, o = {}) => formErrors(schema, value, o).map(({ pointer, code }) => `${pointer} ${code}`)

t.test('a value is refused at each place that is wrong, with what to do', async (t) => {
  t.same(formProblems(schema, {}), [])
  t.same(formErrors(schema, filled), [])
  t.same(formErrors(schema, { title: 'too long', token: 'short', kind: 'fax', groups: ['x'], more: 1 }), [
    { pointer: '/more', message: 'There is no such field; remove it', code: 'additionalProperties' },
    { pointer: '/title', message: 'Shorten it to 5 characters', code: 'maxLength' },
    { pointer: '/kind', message: 'Choose one of the values offered', code: 'enum' },
    { pointer: '/groups/0', message: 'Choose a group', code: 'format' },
    { pointer: '/token', message: 'Enter at least 8 characters', code: 'minLength' },
  ])
  t.match(formErrors(schema, {}, { messages: germanFormMessages })[0], {
    pointer: '/title',
    message: 'Füllen Sie dieses Feld aus',
  })
  t.same(errors(JSON.parse('{"title":"a","token":"long enough","__proto__":{"kind":"call"}}')), [
    '/__proto__ additionalProperties',
  ])
  t.same(errors({ ...filled, kind: 'call' }), ['/host required'], 'the condition holds')
  t.same(errors({ ...filled, host: 'api.example.org' }), ['/host additionalProperties'], 'the condition does not hold')
  t.same(errors({ ...filled, kind: 'call', host: '169.254.169.254' }), ['/host format'])
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
  t.same(errors({ ...filled, groups: [deep], title: deep }), ['/title type', '/groups/0 type'])
  t.equal(formErrors(schema, Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, i]))).length, 50)
})

t.test('secrets that are kept elsewhere are not asked for again', async (t) => {
  t.same(errors({ title: 'a' }), ['/token required'])
  t.same(errors({ title: 'a' }, { secretsElsewhere: true }), [])
  t.same(errors({ title: 'a', token: 'x' }, { secretsElsewhere: true }), [], 'a handle')
  t.same(secretPlaces(schema), ['/token', '/key'])
})

t.test('defaults are filled in where something is missing', async (t) => {
  t.same(withFormDefaults(schema, undefined), { default: 'welcome', kind: 'mail', quiet: { from: '22:00' } })
  t.same(withFormDefaults(schema, { kind: 'call', steps: [{}, { days: 3 }], quiet: {} }), {
    kind: 'call',
    steps: [{ days: 1 }, { days: 3 }],
    quiet: { from: '22:00' },
    default: 'welcome',
  })
  const polluted = withFormDefaults(schema, JSON.parse('{"__proto__":{"polluted":true}}')) as object
  t.ok(Object.hasOwn(polluted, '__proto__'), 'what must be refused is not lost on the way')
  t.equal(({} as { polluted?: boolean }).polluted, undefined)
})

t.test('a condition may look at a field that another one brings, and what is hidden is left out', async (t) => {
  const when = (field: string, value: string, properties: object) => ({
    if: { properties: { [field]: { const: value } }, required: [field] },
    then: { properties, required: Object.keys(properties) },
  })
  const text = { type: 'string', maxLength: 9 }
  const step = {
    type: 'object',
    properties: { do: { ...text, default: 'if' }, more: text },
    allOf: [
      when('do', 'if', { field: { ...text, default: 'tag' } }),
      when('field', 'tag', { value: text }),
      when('do', 'mail', { text }),
    ],
  }
  const list = { type: 'object', properties: { steps: { type: 'array', maxItems: 3, items: step } } }
  t.same(formProblems(list, {}), [])
  t.same(withFormDefaults(step, {}), { do: 'if', field: 'tag' })
  t.same(
    formErrors(step, { do: 'if', field: 'tag' }).map(({ pointer }) => pointer),
    ['/value'],
  )
  const typed = { do: 'mail', field: 'tag', value: 'x', text: 'Hello', stray: 1 }
  t.same(withoutHiddenFields(list, { steps: [typed, { ...typed, do: 'if' }] }), {
    steps: [
      { do: 'mail', text: 'Hello', stray: 1 },
      { do: 'if', field: 'tag', value: 'x', stray: 1 },
    ],
  })
})

t.test('values that stand for things are found with their places', async (t) => {
  const value = { ...filled, default: 'welcome', groups: [group, group], kind: 'call', host: 'api.example.org' }
  t.same(domainValues(schema, value), [
    { pointer: '/default', format: 'emailTemplate', value: 'welcome' },
    { pointer: '/groups/0', format: 'group', value: group },
    { pointer: '/groups/1', format: 'group', value: group },
    { pointer: '/token', format: 'secret', value: 'long enough' },
    { pointer: '/host', format: 'httpHost', value: 'api.example.org' },
  ])
})

t.test('a form is translated in its labels alone', async (t) => {
  const uiSchema: FormUi = {
    'ui:order': ['title', '*'],
    title: { 'ui:help': 'Title' },
    default: { 'ui:help': 'Title' },
    kind: { 'ui:widget': 'radio' },
  }
  const german = translatedForm(
    { schema, uiSchema },
    { Title: 'Titel', Mail: 'Post', mail: 'X', title: 'X', radio: 'X' },
  )
  t.match(german, {
    schema: {
      required: ['title', 'token'],
      properties: {
        title: { title: 'Titel' },
        default: { title: 'Template', default: 'welcome' },
        kind: { default: 'mail', oneOf: [{ const: 'mail', title: 'Post' }, { title: 'Call' }] },
      },
    },
    uiSchema: {
      'ui:order': ['title', '*'],
      title: { 'ui:help': 'Titel' },
      default: { 'ui:help': 'Titel' },
      kind: { 'ui:widget': 'radio' },
    },
  })
  t.equal(schema.properties.title.title, 'Title', 'the English form stays as it was')
})

t.test('a default that people read is translated, one that is a value is not', async (t) => {
  const properties = {
    text: { type: 'string', default: 'Hello' },
    choice: { type: 'string', enum: ['Hello', 'Bye'], default: 'Hello' },
    template: { type: 'string', format: 'emailTemplate', default: 'Hello' },
  }
  const german = translatedForm({ schema: { type: 'object', properties }, uiSchema: {} }, { Hello: 'Moin' })
  t.match(german.schema, {
    properties: { text: { default: 'Moin' }, choice: { default: 'Hello' }, template: { default: 'Hello' } },
  })
})

t.test('every format has a message in each language, and knows good from bad', async (t) => {
  for (const messages of [englishFormMessages, germanFormMessages])
    t.same(Object.keys(messages.format).sort(), Object.keys(formats).sort())
  const samples: Record<string, readonly [good: readonly string[], bad: readonly string[]]> = {
    email: [
      ['kim@example.org', "o'neil+x@a-b.example.co"],
      ['kim', '@a.de', 'a@b', 'a b@c.de', 'a..b@c.de', 'a@b.de\nBcc: x@y.de'],
    ],
    uri: [
      ['https://a.de/x?y#z', 'http://a.de'],
      ['javascript:alert(1)', '//a.de', 'https://u:p@a.de', 'https:///x', 'https://a b.de', 'data:text/html,x'],
    ],
    date: [
      ['2024-02-29', '2000-02-29'],
      ['2025-02-29', '1900-02-29', '2026-04-31', '2026-1-1', '2026-00-10', '2026-13-01'],
    ],
    'date-time': [
      ['2026-03-31T18:00:00Z', '2026-03-31T18:00:00.123+02:00'],
      ['2026-03-31', '2026-03-31T18:00:00', '2026-02-30T00:00:00Z'],
    ],
    time: [
      ['18:30', '00:00:59'],
      ['24:00', '7:30', '18:30Z'],
    ],
    member: [[group], ['x', '']],
    role: [
      ['makerspace_admin', 'board-2'],
      ['', 'Board', '2nd', 'a b'],
    ],
    emailTemplate: [
      ['welcome', 'plans.expiry-reminder', group],
      ['', '../x', 'a b'],
    ],
    cron: [
      ['0 7 * * 1', '*/5 0-6,12 1 jan-mar SUN', '0 0 29 2 *'],
      ['* * * *', '@daily', '60 * * * *', '5-1 * * * *', '*/0 * * * *', '* * * * * *', 'x * * * *'],
    ],
    httpHost: [
      ['api.example.org', 'xn--bcher-kva.example'],
      [
        'localhost',
        '127.0.0.1',
        '0x7f.1',
        'a.de:443',
        'a.de.',
        '*.a.de',
        'A.de',
        '[::1]',
        'a_b.de',
        '-a.de',
        'bücher.de',
      ],
    ],
  }
  for (const [name, [good, bad]] of Object.entries(samples)) {
    const check = formats[name as keyof typeof formats]
    t.same(
      good.filter((text) => !check(text)),
      [],
      `${name}: good`,
    )
    t.same(
      bad.filter((text) => check(text)),
      [],
      `${name}: bad`,
    )
  }
  const long = 'a'.repeat(1_000_000)
  const start = performance.now()
  for (const check of Object.values(formats))
    for (const text of [long, `${long}@${long}`, `https://${long}`, `${long}!`]) check(text)
  t.ok(performance.now() - start < 2_000, 'no format takes long for a long text')
})

t.test('the page about forms names everything that is allowed', async (t) => {
  const page = read('docs/bots/forms.md')
  const words = [...Object.values(keywords).flat(), ...Object.keys(formats), ...widgets, ...uiKeys, '$defs', '$ref']
  const silent = new Set(['additionalProperties', ...Object.keys(formats)])
  t.same(
    [...new Set(words)].filter((word) => !silent.has(word) && !page.includes(`\`${word}\``)),
    [],
  )
  t.same(
    Object.keys(formats).filter((word) => !page.includes(`\`${word}\``)),
    [],
  )
  for (const word of ['pattern', 'patternProperties', 'not', 'anyOf', 'const', '$id'])
    t.ok(word in refusedKeywords && page.includes(`\`${word}\``))
})
