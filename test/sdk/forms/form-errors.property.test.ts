import { type FormUi, formErrors, formProblems, withFormDefaults } from '@guildhall/sdk'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import t from 'tap'
import { formats } from '../../../sdk/forms/formats.ts'

/** The rules of forms that JSON Schema leaves open, written in JSON Schema: unknown fields, the longest text. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict)
  if (typeof schema !== 'object' || schema === null) return schema
  const inside = Object.fromEntries(
    Object.entries(schema).map(([name, part]) => {
      if (['enum', 'default', 'const', 'if', 'required'].includes(name)) return [name, part]
      if (name === 'properties' || name === '$defs')
        return [name, Object.fromEntries(Object.entries(part).map(([field, one]) => [field, strict(one)]))]
      return [name, strict(part)]
    }),
  )
  if (inside.type === 'object') return { ...inside, unevaluatedProperties: false }
  if (inside.type === 'string') return { maxLength: 1000, ...inside }
  return inside
}

const names = ['a', 'b', 'c']
const few = <T>(one: fc.Arbitrary<T>, minLength = 0) => fc.uniqueArray(one, { minLength, maxLength: 3 })
const word = fc.constantFrom('', 'a', 'ab', 'abc', '😀', '😀😀', '2026-02-30', '2026-02-28', '12:30', 'kim@example.org')
const number = fc.constantFrom(-1, 0, 0.5, 1, 2, 3)

const limits = (low: string, high: string, one: fc.Arbitrary<number>) =>
  fc
    .record({ low: fc.option(one, { nil: undefined }), high: fc.option(one, { nil: undefined }) })
    .map((at) =>
      Object.fromEntries([[low, at.low] as const, [high, at.high] as const].filter(([, n]) => n !== undefined)),
    )

const scalar = fc.oneof(
  limits('minLength', 'maxLength', fc.nat(3)).map((more) => ({ type: 'string', ...more })),
  fc.constantFrom('email', 'date', 'time', 'secret').map((format) => ({ type: 'string', format })),
  few(word, 1).map((list) => ({ type: 'string', enum: list })),
  few(number, 1).map((list) => ({ type: 'number', oneOf: list.map((one) => ({ const: one })) })),
  limits('minimum', 'maximum', number).map((more) => ({ type: 'number', ...more })),
  limits('exclusiveMinimum', 'exclusiveMaximum', number).map((more) => ({ type: 'integer', ...more })),
  fc.constant({ type: 'boolean' }),
  fc.constant({ type: 'boolean', enum: [true] }),
)

interface Made {
  readonly part: object
}
const { part } = fc.letrec<Made>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.constant({ $ref: '#/$defs/shared' }),
    fc
      .record({ items: tie('part'), uniqueItems: fc.boolean(), limits: limits('minItems', 'maxItems', fc.nat(3)) })
      .map(({ limits, ...array }) => ({ type: 'array', maxItems: 3, ...array, ...limits })),
    fc
      .dictionary(fc.constantFrom(...names), tie('part'))
      .chain((properties) => object(properties as Record<string, object>)),
  ),
}))

function object(properties: Record<string, object>): fc.Arbitrary<object> {
  const fields = Object.keys(properties)
  const condition = fc.record({
    on: fc.constantFrom(...fields, 'a'),
    is: fc.oneof(word, number, fc.boolean()),
    branch: fc.constantFrom('then', 'else'),
    extra: scalar,
    required: fc.boolean(),
  })
  return fc
    .record({ required: fc.subarray(fields), conditions: fc.array(condition, { maxLength: 2 }) })
    .map(({ required, conditions }) => ({
      type: 'object',
      properties,
      required,
      ...(conditions.length > 0 && {
        allOf: conditions.map(({ on, is, branch, extra, required }) => ({
          if: { properties: { [on]: { const: is } }, required: [on] },
          [branch]: { properties: { extra }, ...(required && { required: ['extra'] }) },
        })),
      }),
    }))
}

const form = fc
  .tuple(fc.dictionary(fc.constantFrom(...names), part, { minKeys: 1 }).chain(object), part)
  .map(([root, shared]): object =>
    JSON.stringify(root).includes('$ref')
      ? { ...root, $defs: { shared: JSON.stringify(shared).includes('$ref') ? { type: 'boolean' } : shared } }
      : root,
  )

/** A value that often fits: made along the schema, with other things here and there. */
function valueFor(root: { $defs?: Record<string, object> }, schema: object): fc.Arbitrary<unknown> {
  const at = schema as Record<string, unknown>
  if (typeof at.$ref === 'string') return valueFor(root, root.$defs?.shared as object)
  const anything = fc.oneof(word, number, fc.boolean(), fc.constantFrom(null, [], {}))
  const fitting = (): fc.Arbitrary<unknown> => {
    if (at.enum) return fc.constantFrom(...(at.enum as unknown[]))
    if (at.type === 'string') return word
    if (at.type === 'boolean') return fc.boolean()
    if (at.type === 'array') return fc.array(valueFor(root, at.items as object), { maxLength: 4 })
    if (at.type !== 'object') return number
    const inside = Object.entries((at.properties ?? {}) as Record<string, object>)
    const fields: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(
      inside.map(([name, one]) => [name, valueFor(root, one)]),
    )
    const requiredKeys = (at.required ?? []) as string[]
    const extra = fc.oneof(word, number, fc.boolean())
    return fc.oneof(
      { weight: 2, arbitrary: fc.record(fields, { requiredKeys, noNullPrototype: true }) },
      { weight: 1, arbitrary: fc.record({ ...fields, extra }, { requiredKeys: [], noNullPrototype: true }) },
    )
  }
  return fc.oneof({ weight: 19, arbitrary: fitting() }, { weight: 1, arbitrary: anything })
}

const ajv = () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: true })
  for (const [name, check] of Object.entries(formats)) ajv.addFormat(name, check)
  return ajv
}
const cases = form.chain((schema) =>
  fc.tuple(fc.constant(schema), fc.array(valueFor(schema, schema), { minLength: 5, maxLength: 20 })),
)

t.test('whatever schema is accepted, the interpreter and Ajv agree on every value', async (t) => {
  let accepted = 0
  let fits = 0
  let compared = 0
  fc.assert(
    fc.property(cases, ([schema, values]) => {
      if (formProblems(schema, {} satisfies FormUi).length > 0) return
      accepted++
      const validate = ajv().compile(strict(schema) as object)
      for (const value of values) {
        const errors = formErrors(schema, value)
        compared++
        if (errors.length === 0) fits++
        if (validate(value) !== (errors.length === 0))
          throw new Error(JSON.stringify({ schema, value, errors, ajv: validate.errors }))
      }
    }),
    { numRuns: 250 },
  )
  t.ok(accepted > 60, `${accepted} schemas were accepted`)
  t.ok(fits > compared / 20 && fits < compared * 0.95, `${fits} of ${compared} values fit`)
})

t.test('defaults change nothing that is there, and add nothing the second time', async (t) => {
  fc.assert(
    fc.property(cases, ([schema, values]) => {
      if (formProblems(schema, {}).length > 0) return
      for (const value of values) {
        const before = JSON.stringify(value)
        const once = withFormDefaults(schema, value)
        if (JSON.stringify(value) !== before) throw new Error('the value itself was changed')
        if (JSON.stringify(withFormDefaults(schema, once)) !== JSON.stringify(once))
          throw new Error('not the same twice')
      }
    }),
    { numRuns: 200 },
  )
  t.pass()
})

t.test('a single field fits in the interpreter exactly when it fits in Ajv', async (t) => {
  const words = ['', 'a', 'ab', 'abc', 'abcd', '😀😀', '2026-02-30', '2026-02-28', '12:30', 'kim@example.org']
  const values = [...words, -1, 0, 0.5, 1, 2, 3, true, false, null, [], {}].map((a) => ({ a }))
  fc.assert(
    fc.property(scalar, (a) => {
      const schema = { type: 'object', properties: { a }, required: ['a'] }
      if (formProblems(schema, {}).length > 0) return
      const validate = ajv().compile(strict(schema) as object)
      for (const value of values)
        if (validate(value) !== (formErrors(schema, value).length === 0))
          throw new Error(JSON.stringify({ schema, value }))
    }),
    { numRuns: 300 },
  )
  t.pass()
})
