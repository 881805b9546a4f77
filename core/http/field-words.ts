/** What the fields of the document's schemas mean, where their authors need not say it. */
import type { Schema } from './named-schemas.ts'

type Schemas = Readonly<Record<string, Schema>>

/** Fields that mean the same in every object, by the conventions of the API. */
const conventions: Readonly<Record<string, string>> = {
  id: 'Made by the platform, and never given twice',
  version: 'Counts the changes; it is the `ETag`, and what `If-Match` names',
  createdAt: 'When it was made (UTC)',
  updatedAt: 'When it was last changed (UTC)',
  metadata: 'Free JSON of your own, which the platform keeps and does not read',
  items: 'The entries, in the order asked for',
  page: 'Where the list goes on',
  hash: 'Of the plan: send it back to apply exactly what was shown',
  memberId: 'The member',
  memberName: 'The shown name of the member',
  planId: 'The plan',
  planName: 'The name of the plan',
  groupId: 'The group',
  groupName: 'The name of the group',
  userId: 'The account somebody signs in with',
  botId: 'The bot, as its author called it',
  runId: 'The run of the bot',
  email: 'An e-mail address',
  currency: 'ISO 4217, such as EUR',
  firstName: 'First name',
  middleName: 'Further first names',
  lastName: 'Family name',
  suffix: 'What stands behind the name, such as Jr.',
  displayName: 'The name as it is shown',
}

export class FieldWords {
  readonly #schemas: Schemas

  constructor(schemas: Schemas) {
    this.#schemas = schemas
  }

  /** The schema called `name`, each field with a description: its own, that of what is read where this is written, or the convention's. */
  of(schema: Schema, name: string): Schema {
    return this.#told(schema, this.#schemas[name.replace(/^(?:New|Own)(?=[A-Z])|(?:Input|Patch)$/g, '')])
  }

  #told(schema: Schema, kin: Schema | undefined): Schema {
    const fields = schema.properties as Schemas | undefined
    const list = schema.items as Schema | undefined
    const choices = schema.anyOf as readonly Schema[] | undefined
    const like = (kin?.properties ?? {}) as Schemas
    return {
      ...schema,
      ...(fields && {
        properties: Object.fromEntries(
          Object.entries(fields).map(([name, field]) => [name, this.#field(field, name, like[name])]),
        ),
      }),
      ...(list && { items: this.#told(list, kin?.items as Schema | undefined) }),
      ...(choices && { anyOf: choices.map((one, i) => this.#told(one, (kin?.anyOf as readonly Schema[])?.[i])) }),
    }
  }

  #field(field: Schema, name: string, like: Schema | undefined): Schema {
    const told = this.#told(field, like)
    const own = this.#words(told)
    // Programs that write types from the document look at the field, not into its forms.
    if (own !== undefined) return told.anyOf && told.description === undefined ? { ...told, description: own } : told
    const words = (like && this.#words(like)) ?? (Object.hasOwn(conventions, name) ? conventions[name] : undefined)
    return words === undefined ? told : { ...told, description: words }
  }

  /** What it says itself, in one of its forms, or where it refers to. */
  #words(schema: Schema): string | undefined {
    if (typeof schema.description === 'string') return schema.description
    const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined
    const forms = [this.#schemas[name ?? ''], ...((schema.anyOf ?? []) as readonly Schema[])]
    for (const form of forms) {
      const words = form && this.#words(form)
      if (words !== undefined) return words
    }
    return undefined
  }
}
