import { formProblems } from '@guildhall/sdk'
import t from 'tap'

const form = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })
const text = { type: 'string' }
const nested = (depth: number): object => (depth === 0 ? text : form({ a: nested(depth - 1) }))

t.test('a form with everything that is allowed has no problems', async (t) => {
  const schema = form(
    {
      template: { type: 'string', format: 'emailTemplate', title: 'E-mail' },
      groups: { type: 'array', items: { type: 'string', format: 'group' }, maxItems: 10, uniqueItems: true },
      days: { type: 'integer', minimum: 0, maximum: 90, default: 3, description: 'After joining' },
      kind: { type: 'string', oneOf: [{ const: 'mail', title: 'E-mail' }, { const: 'call' }], default: 'mail' },
      marks: {
        type: 'array',
        items: { type: 'string', enum: ['a', 'b'] },
        maxItems: 2,
        uniqueItems: true,
        default: ['a'],
      },
      steps: { type: 'array', maxItems: 5, items: { $ref: '#/$defs/step' } },
      token: { type: 'string', format: 'secret' },
      urgent: { type: 'boolean' },
    },
    {
      required: ['template'],
      additionalProperties: false,
      if: { properties: { kind: { const: 'call' } }, required: ['kind'] },
      then: { properties: { host: { type: 'string', format: 'httpHost' } }, required: ['host'] },
      allOf: [{ if: { properties: { urgent: { const: true } }, required: ['urgent'] }, then: { required: ['days'] } }],
      $defs: { step: form({ name: { type: 'string', maxLength: 40 } }, { required: ['name'] }) },
    },
  )
  const uiSchema = {
    'ui:order': ['template', '*', 'token'],
    days: { 'ui:widget': 'range', 'ui:help': 'Days <= 90', 'ui:options': { step: 1 } },
    groups: { 'ui:widget': 'groups' },
    kind: { 'ui:widget': 'radio', 'ui:options': { inline: true } },
    marks: { 'ui:widget': 'checkboxes' },
    host: { 'ui:placeholder': 'api.example.org' },
    steps: { items: { name: { 'ui:title': 'Name' } } },
  }
  t.same(formProblems(schema, uiSchema), [])
  t.same(formProblems({ type: 'object' }, undefined), [], 'a bot without settings')
})

const recursive = form({ a: { $ref: '#/$defs/a' } }, { $defs: { a: form({ b: { $ref: '#/$defs/a' } }) } })
const doubling = form(
  { a: { $ref: '#/$defs/d0' } },
  {
    $defs: Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [
        `d${i}`,
        i === 199 ? text : form({ l: { $ref: `#/$defs/d${i + 1}` }, r: { $ref: `#/$defs/d${i + 1}` } }),
      ]),
    ),
  },
)
const fields = (count: number) => form(Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, text])))
const onlyIn = (properties: object) => form(properties)

const refused: readonly (readonly [name: string, schema: unknown, pointer: string])[] = [
  ['a pattern that never ends', onlyIn({ a: { ...text, pattern: '^(a+)+$' } }), '/schema/properties/a/pattern'],
  ['patternProperties', form({}, { patternProperties: { '^(a+)+$': text } }), '/schema/patternProperties'],
  ['$data', onlyIn({ a: text, b: { ...text, maxLength: { $data: '1/a' } } }), '/schema/properties/b/maxLength'],
  ['a remote $ref', onlyIn({ a: { $ref: 'https://example.org/s.json' } }), '/schema/properties/a/$ref'],
  ['a $ref into the root', onlyIn({ a: { $ref: '#' } }), '/schema/properties/a/$ref'],
  ['a $ref that leads nowhere', onlyIn({ a: { $ref: '#/$defs/b' } }), '/schema/properties/a/$ref'],
  ['a $ref to what every object has', onlyIn({ a: { $ref: '#/$defs/constructor' } }), '/schema/properties/a/$ref'],
  ['a recursive $ref', recursive, '/schema/$defs/a/properties/b/$ref'],
  ['a $ref that doubles two hundred times', doubling, ''],
  ['depth 6', nested(6), ''],
  ['depth 100', nested(100), '/schema'],
  ['depth 100,000', JSON.parse(`${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`), '/schema'],
  ['a megabyte', onlyIn({ a: { ...text, description: 'x'.repeat(2 ** 20) } }), '/schema'],
  ['a megabyte of small fields', fields(50_000), '/schema'],
  ['a megabyte of numbers', onlyIn({ a: { ...text, enum: Array.from({ length: 2e5 }, (_, i) => i) } }), '/schema'],
  ['101 fields', fields(101), '/schema/properties'],
  ['an unknown keyword', onlyIn({ a: { ...text, widget: 'x' } }), '/schema/properties/a/widget'],
  ['a keyword of another type', onlyIn({ a: { ...text, minimum: 1 } }), '/schema/properties/a/minimum'],
  ['not', form({}, { not: {} }), '/schema/not'],
  ['unevaluatedProperties', form({}, { unevaluatedProperties: false }), '/schema/unevaluatedProperties'],
  ['open objects', form({}, { additionalProperties: true }), '/schema/additionalProperties'],
  ['a field named __proto__', JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}'), ''],
  ['a field named constructor', onlyIn({ constructor: text }), '/schema/properties/constructor'],
  ['no type', onlyIn({ a: {} }), '/schema/properties/a/type'],
  ['two types', onlyIn({ a: { type: ['string', 'null'] } }), '/schema/properties/a/type'],
  ['a list for a form', { type: 'array', items: text, maxItems: 3 }, '/schema/type'],
  ['nothing', null, '/schema'],
  ['a list without maxItems', onlyIn({ a: { type: 'array', items: text } }), '/schema/properties/a/maxItems'],
  ['a list of anything', onlyIn({ a: { type: 'array', maxItems: 1 } }), '/schema/properties/a/items'],
  ['a text without end', onlyIn({ a: { ...text, maxLength: 1e9 } }), '/schema/properties/a/maxLength'],
  ['a default that does not fit', onlyIn({ a: { type: 'integer', default: 1.5 } }), '/schema/properties/a/default'],
  [
    'a secret with a default',
    onlyIn({ a: { ...text, format: 'secret', default: 'x' } }),
    '/schema/properties/a/default',
  ],
  [
    'a secret in a list',
    onlyIn({ a: { type: 'array', maxItems: 1, items: { ...text, format: 'secret' } } }),
    '/schema/properties/a/items/format',
  ],
  ['an unknown format', onlyIn({ a: { ...text, format: 'regex' } }), '/schema/properties/a/format'],
  ['a required field that is none', form({}, { required: ['toString'] }), '/schema/required/0'],
  ['an enum of another type', onlyIn({ a: { ...text, enum: [1] } }), '/schema/properties/a/enum/0'],
  ['an enum of objects', onlyIn({ a: { ...text, enum: [{}] } }), '/schema/properties/a/enum/0'],
  ['a oneOf of schemas', onlyIn({ a: { ...text, oneOf: [text] } }), '/schema/properties/a/oneOf/0'],
  [
    'markup in a title',
    onlyIn({ a: { ...text, title: '<img src=x onerror=alert(1)>' } }),
    '/schema/properties/a/title',
  ],
  ['a title that runs backwards', onlyIn({ a: { ...text, title: 'safe\u202Eevil' } }), '/schema/properties/a/title'],
  [
    'a condition on a field that may be absent',
    form({ a: text }, { if: { properties: { a: { const: 'x' } } }, then: {} }),
    '/schema/if/required',
  ],
  [
    'a condition on a field that only itself brings',
    form({}, { if: { properties: { a: { const: 'x' } }, required: ['a'] }, then: { properties: { a: text } } }),
    '/schema/if/properties/a',
  ],
  [
    'a condition with a schema of its own',
    form({ a: text }, { if: { properties: { a: { pattern: 'x' } }, required: ['a'] } }),
    '/schema/if/properties/a',
  ],
  ['a definition nobody uses', form({}, { $defs: { a: { pattern: 'x' } } }), '/schema/$defs/a'],
]

for (const [name, schema, pointer] of refused)
  t.test(`a schema with ${name} is refused at its place, at once`, async (t) => {
    // Time of the processor, the best of three: others use the machine too.
    const times = [1, 2, 3].map(() => {
      const start = process.cpuUsage()
      formProblems(schema, {})
      const { user, system } = process.cpuUsage(start)
      return (user + system) / 1000
    })
    t.ok(Math.min(...times) < 50, 'within 50 ms of computing')
    const problems = formProblems(schema, {})
    t.ok(problems.length > 0 && problems.length <= 20)
    t.ok(
      problems.some((problem) => pointer === '' || problem.pointer === pointer),
      JSON.stringify(problems).slice(0, 500),
    )
    t.ok(problems.every(({ message }) => message.length > 5 && message.length < 500))
  })

const settings = form({
  a: text,
  n: { type: 'number' },
  o: form({ b: text }),
  l: { type: 'array', maxItems: 3, items: text },
})
const refusedUi: readonly (readonly [name: string, uiSchema: unknown, pointer: string])[] = [
  ['markup', { a: { 'ui:help': 'Read <a href="x">this</a>' } }, '/uiSchema/a/ui:help'],
  ['an entity', { a: { 'ui:title': '&lt;b&gt;' } }, '/uiSchema/a/ui:title'],
  ['a script address', { a: { 'ui:description': 'javascript:alert(1)' } }, '/uiSchema/a/ui:description'],
  ['props', { a: { 'ui:props': {} } }, '/uiSchema/a/ui:props'],
  ['style', { a: { 'ui:style': {} } }, '/uiSchema/a/ui:style'],
  ['style without its prefix', { a: { style: {} } }, '/uiSchema/a/style'],
  ['class names', { a: { 'ui:classNames': 'x' } }, '/uiSchema/a/ui:classNames'],
  ['a field template', { a: { 'ui:field': 'LayoutGridField' } }, '/uiSchema/a/ui:field'],
  ['an unknown widget', { a: { 'ui:widget': 'html' } }, '/uiSchema/a/ui:widget'],
  ['a widget of another type', { n: { 'ui:widget': 'textarea' } }, '/uiSchema/n/ui:widget'],
  ['a domain widget for a plain text', { a: { 'ui:widget': 'secret' } }, '/uiSchema/a/ui:widget'],
  ['an unknown option', { a: { 'ui:options': { props: {} } } }, '/uiSchema/a/ui:options/props'],
  ['an unknown field', { b: {} }, '/uiSchema/b'],
  ['an unknown field further in', { o: { c: {} } }, '/uiSchema/o/c'],
  ['the items of no list', { a: { items: {} } }, '/uiSchema/a/items'],
  ['an order that forgets a field', { 'ui:order': ['a', 'n', 'o'] }, '/uiSchema/ui:order'],
  ['an order of a field that is none', { 'ui:order': ['*', 'z'] }, '/uiSchema/ui:order/1'],
  ['__proto__', JSON.parse('{"__proto__":{"ui:title":"x"}}'), '/uiSchema/__proto__'],
  ['depth 100', JSON.parse(`${'{"o":'.repeat(100)}1${'}'.repeat(100)}`), '/uiSchema'],
  ['a text for an object', 'x', '/uiSchema'],
]
for (const [name, uiSchema, pointer] of refusedUi)
  t.test(`a UI schema with ${name} is refused at its place`, async (t) => {
    const problems = formProblems(settings, uiSchema)
    t.ok(
      problems.some((problem) => problem.pointer === pointer),
      JSON.stringify(problems).slice(0, 500),
    )
    t.equal(({} as Record<string, unknown>)['ui:title'], undefined, 'no prototype was touched')
  })
