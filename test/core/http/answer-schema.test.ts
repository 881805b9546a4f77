import { Nullable } from '@guildhall/sdk'
import { test } from 'tap'
import { type TSchema, Type } from 'typebox'
import { writtenWithoutChoice } from '#core/http/answer-schema.ts'
import { buildSerializer } from '#core/http/validation.ts'

const write = (schema: TSchema) => buildSerializer()({}, {} as never)({ schema, method: 'GET', url: '/' } as never)
const word = Type.Union([Type.Literal('active'), Type.Literal('left')])
const place = Type.Object({ town: Nullable(Type.String()), since: Nullable(Type.String({ format: 'date' })) })

test('what a union allows is written, whether a choice was needed or not', async (t) => {
  const cases: readonly [string, TSchema, readonly unknown[]][] = [
    ['a text or null', Nullable(Type.String()), ['x', '', null]],
    ['a time or null', Nullable(Type.String({ format: 'date-time' })), ['2026-01-31T10:00:00.000Z', null]],
    ['a number or null', Nullable(Type.Integer()), [0, 7, null]],
    ['one of some words', word, ['active', 'left']],
    ['one of some words or null', Nullable(word), ['active', null]],
    ['words and null side by side', Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Null()]), ['b', null]],
    ['an object or null', Nullable(place), [{ town: null, since: '2026-01-31' }, { town: 'Ulm', since: null }, null]],
    ['a list or null', Nullable(Type.Array(Nullable(word))), [['left', null], [], null]],
    ['a record of them', Type.Record(Type.String(), Nullable(Type.Number())), [{ anyOf: 1.5, properties: null }, {}]],
    ['a number or a text', Type.Union([Type.Number(), Type.String()]), [1, 'one']],
    [
      'an object or a text or null',
      Type.Union([place, Type.String(), Type.Null()]),
      [{ town: 'Ulm', since: null }, 'x', null],
    ],
    ['anything or null', Nullable(Type.Unknown()), [{ a: [1] }, 'x', null]],
    [
      'a field of any name',
      Type.Object({ anyOf: Nullable(word), items: Type.Optional(Nullable(place)) }),
      [{ anyOf: null }, { anyOf: 'left', items: null }],
    ],
  ]
  for (const [name, schema, values] of cases)
    for (const value of values) t.same(JSON.parse(write(schema)(value)), value, `${name}: ${JSON.stringify(value)}`)
})

test('only where parts differ in kind there is a choice left', async (t) => {
  const left = (schema: TSchema) => JSON.stringify(writtenWithoutChoice(schema)).includes('anyOf')
  t.notOk(left(Type.Array(Nullable(place))))
  t.notOk(left(Nullable(word)))
  t.ok(left(Type.Union([place, Type.String()])))
  const mixed = Type.Object({ of: Type.Union([Nullable(word), place]) })
  t.same(writtenWithoutChoice(mixed), mixed, 'Ajv knows no empty word where a list of words is given')
})
