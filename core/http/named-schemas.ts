/**
 * Schemas of the document under names: a schema whose `title` is a name (`Member`) stands once among the components, and
 * is referred to. A body or an answer without a title is called by its operation. Only the document is changed; what
 * checks requests and writes answers keeps its schemas whole.
 */
import { isDeepStrictEqual } from 'node:util'
import { FieldWords } from './field-words.ts'

export type Schema = Readonly<Record<string, unknown>>

const isName = (title: unknown): title is string => typeof title === 'string' && /^[A-Z][A-Za-z0-9]*$/.test(title)
const capital = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`

/** What is said at the place where a schema is used, and makes it no other one. */
const atItsPlace = ['description', 'examples', 'default'] as const

export class NamedSchemas {
  readonly #schemas: Record<string, Schema>

  /** @param given components that have names already */
  constructor(given: Readonly<Record<string, Schema>>) {
    this.#schemas = { ...given }
    for (const [name, schema] of Object.entries(given)) this.#schemas[name] = this.#inside(schema, undefined)
  }

  /** All components by name, their fields in words. */
  described(): Record<string, Schema> {
    const words = new FieldWords(this.#schemas)
    return each(this.#schemas, (schema, name) => words.of(schema, name))
  }

  /**
   * @param o.owner whose name stands before one that somebody else took for another schema
   * @param o.otherwise its name when it has none
   */
  put(schema: Schema, { owner, otherwise }: { owner?: string | undefined; otherwise?: string } = {}): Schema {
    if (typeof schema.$ref === 'string') return schema
    const title = isName(schema.title) ? schema.title : otherwise
    const shown = this.#inside(schema, owner)
    return title === undefined || !namable(shown) ? shown : this.#refer({ ...shown, title }, title, owner)
  }

  #refer(schema: Schema & { readonly title: string }, title: string, owner: string | undefined): Schema {
    const names = [
      title,
      `${capital(owner ?? '')}${title}`,
      ...Array.from({ length: 99 }, (_, i) => `${title}${i + 2}`),
    ]
    const name = names.find((one) => this.#schemas[one] === undefined || same(this.#schemas[one], schema))
    if (name === undefined) throw new Error(`A hundred schemas are called ${title}`)
    const first = this.#schemas[name] ?? schema
    this.#schemas[name] = first
    const { description } = schema
    return {
      $ref: `#/components/schemas/${name}`,
      ...(description !== undefined && description !== first.description ? { description } : {}),
    }
  }

  /** The schema with what is named inside it put away. */
  #inside(schema: Schema, owner: string | undefined): Schema {
    const inner = (one: unknown) => this.put(one as Schema, { owner })
    const { example, ...shown } = schema
    return {
      ...Object.fromEntries(
        Object.entries(shown).map(([word, value]) => {
          if (typeof value !== 'object' || value === null) return [word, value]
          if (word === 'properties' || word === 'patternProperties')
            return [word, each(value as Record<string, Schema>, inner)]
          if (word === 'items' || word === 'additionalProperties' || word === 'not') return [word, inner(value)]
          if (word === 'anyOf' || word === 'oneOf' || word === 'allOf')
            return [word, (value as unknown[]).map((one) => inner(one))]
          return [word, value]
        }),
      ),
      // Of OpenAPI 3.0; in 3.1 a schema has JSON Schema's word.
      ...(example === undefined || 'examples' in schema ? {} : { examples: [example] }),
    }
  }
}

/** Objects and lists; a text needs no name. */
const namable = ({ type, anyOf, oneOf, properties, items }: Schema): boolean =>
  type !== 'null' && (properties !== undefined || items !== undefined || anyOf !== undefined || oneOf !== undefined)

const without = (schema: Schema): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([word]) => !(atItsPlace as readonly string[]).includes(word)))
const same = (one: Schema, other: Schema): boolean => isDeepStrictEqual(without(one), without(other))

const each = <A, B>(all: Readonly<Record<string, A>>, change: (one: A, name: string) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one, name)]))
