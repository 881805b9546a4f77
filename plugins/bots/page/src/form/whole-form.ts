import type { FormPart } from '../api/shapes.ts'
import type { Words } from '../words/index.ts'
import { fill } from '../words/index.ts'
import type { Folded } from './object-template.tsx'
import { isEmpty } from './tidy.ts'

type Bag = Readonly<Record<string, unknown>>
type Parts = { readonly when: FormPart; readonly what: FormPart; readonly who: FormPart }

/**
 * The three parts as one form, named as `configure` names them: what the server refuses leads to its field. What few
 * people need is folded: the conditions of an event, and each occasion of which somebody may be told.
 */
export function wholeForm({ when, what, who }: Parts, words: Words) {
  return {
    schema: {
      type: 'object',
      // Left out, nobody would be told which of its fields a bot cannot do without.
      required: ['config'],
      properties: {
        triggers: { ...when.schema, title: words.when },
        config: { ...what.schema, title: words.what },
        notifications: { ...who.schema, title: words.who },
      },
      additionalProperties: false,
      // Where the author's own parts refer to.
      ...('$defs' in what.schema ? { $defs: what.schema.$defs } : {}),
    },
    uiSchema: {
      'ui:order': ['triggers', 'config', 'notifications'],
      triggers: { ...when.uiSchema, events: eventLooks(when, words) },
      config: what.uiSchema,
      notifications: {
        ...who.uiSchema,
        ...Object.fromEntries(
          Object.entries(fieldsOf(who.schema)).map(([name, occasion]) => [
            name,
            { ...looksOf(who.uiSchema, name), ...folded((told) => toldSentence(told, occasion, words)) },
          ]),
        ),
      },
    },
  }
}

/** An event is one box to tick, which carries its name; below it the conditions. */
const eventLooks = ({ schema, uiSchema }: FormPart, words: Words): Bag => ({
  ...looksOf(uiSchema, 'events'),
  ...Object.fromEntries(
    Object.keys(fieldsOf(fieldsOf(schema).events)).map((name) => [
      name,
      {
        'ui:options': { untitled: true },
        condition: folded((value) => conditionSentence(value, fieldsOf(fieldsOf(schema).events)[name], words)),
      },
    ]),
  ),
})

const folded = (says: Folded['folded']): Bag => ({ 'ui:options': { folded: says } satisfies Folded })

interface Compared {
  readonly field?: string
  readonly op?: string
  readonly value?: unknown
}

/** "Only for members whose status is active and role is board". */
function conditionSentence(value: unknown, event: unknown, words: Words): string {
  const parts = fieldsOf(fieldsOf(event).condition)
  const sentences = Object.entries((value ?? {}) as Readonly<Record<string, { readonly and?: readonly Compared[] }>>)
    .filter(([, part]) => part?.and?.length)
    .map(([name, part]) => {
      const title = (parts[name] as { title?: string } | undefined)?.title ?? name
      const asked = (part.and ?? []).map((one) => comparison(one, fieldsOf(parts[name]).and))
      return `${title} ${asked.join(` ${words.and} `)}`
    })
  return sentences.length === 0 ? words.conditionsNone : sentences.join('; ')
}

/** In the titles of the choices, where there are some. */
function comparison({ field, op, value }: Compared, list: unknown): string {
  const items = (list as { items?: Conditional } | undefined)?.items
  const branch = items?.allOf?.find(({ if: when }) => when.properties.field.enum.includes(field ?? ''))
  const says = (choices: unknown, key: unknown) =>
    (choices as { oneOf?: readonly Choice[] } | undefined)?.oneOf?.find((one) => one.const === key)?.title ??
    (typeof key === 'string' ? key : (JSON.stringify(key) ?? '…'))
  const { field: fields, op: ops } = fieldsOf(items)
  return [says(fields, field), says(ops, op), says(fieldsOf(branch?.then).value, value)].join(' ')
}
interface Conditional {
  readonly allOf?: readonly {
    readonly if: { readonly properties: { readonly field: { readonly enum: readonly string[] } } }
    readonly then: object
  }[]
}

interface Told {
  readonly roles?: readonly string[]
  readonly members?: readonly string[]
  readonly addresses?: readonly string[]
  readonly by?: readonly string[]
}

/** "Administrator, 2 members: in the inbox". */
function toldSentence(value: unknown, occasion: unknown, words: Words): string {
  const { roles = [], members = [], addresses = [], by = [] } = (value ?? {}) as Told
  if (isEmpty({ roles, members, addresses, by })) return words.toldNobody
  const titles = (field: string, keys: readonly string[]) => {
    const { items } = (fieldsOf(occasion)[field] ?? {}) as { items?: { oneOf?: readonly Choice[] } }
    return keys.map((key) => items?.oneOf?.find((one) => one.const === key)?.title ?? key)
  }
  const people = [
    ...titles('roles', roles),
    ...(members.length > 0 ? [fill(words.toldMembers, { n: members.length })] : []),
    ...addresses.filter(Boolean),
  ]
  return [people.join(', '), titles('by', by).join(', ')].filter(Boolean).join(' – ')
}
interface Choice {
  readonly const: string
  readonly title: string
}

const fieldsOf = (schema: unknown): Bag => ((schema as { properties?: Bag } | undefined)?.properties ?? {}) as Bag
const looksOf = (uiSchema: object, name: string): Bag => ((uiSchema as Bag)[name] ?? {}) as Bag
