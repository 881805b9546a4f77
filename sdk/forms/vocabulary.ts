/** The closed lists of which schemas and UI schemas of forms are made; `docs/bots/forms.md` is held against them. */

/** What a text in a form stands for beside a text; the server looks whether the thing is there. */
export const domainFormats = [
  'member',
  'group',
  'plan',
  'role',
  'qualification',
  'emailTemplate',
  'segment',
  'cron',
  'secret',
  'httpHost',
] as const
export type DomainFormat = (typeof domainFormats)[number]

export const isDomainFormat = (format: unknown): format is DomainFormat =>
  (domainFormats as readonly unknown[]).includes(format)

/** Formats of plain texts. `time` is a time of day in the organisation's zone. */
export const textFormats = ['email', 'uri', 'date', 'date-time', 'time'] as const

export const formTypes = ['object', 'array', 'string', 'number', 'integer', 'boolean'] as const
export type FormType = (typeof formTypes)[number]

const everywhere = ['type', 'title', 'description', 'default'] as const
const choice = ['enum', 'oneOf'] as const
const range = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const

/** Keywords a schema may have, by its type; at the root `$defs` as well. */
export const keywords: Readonly<Record<FormType, readonly string[]>> = {
  object: [...everywhere, 'properties', 'required', 'additionalProperties', 'if', 'then', 'else', 'allOf'],
  array: [...everywhere, 'items', 'minItems', 'maxItems', 'uniqueItems'],
  string: [...everywhere, ...choice, 'minLength', 'maxLength', 'format'],
  number: [...everywhere, ...choice, ...range],
  integer: [...everywhere, ...choice, ...range],
  boolean: [...everywhere, ...choice],
}

/** Keywords of JSON Schema that authors reach for, with what to write in their place. */
export const refusedKeywords: Readonly<Record<string, string>> = {
  pattern: 'A pattern can take for ever on some texts; use minLength, maxLength, format or enum',
  patternProperties: 'A form has fields with names of their own; use an array of objects',
  propertyNames: 'A form has fields with names of their own; use an array of objects',
  $data: 'A rule cannot take its value from the data; write the value',
  not: 'Say what is allowed: use enum, minimum, maximum or format',
  unevaluatedProperties: 'Unknown fields are refused anyhow; leave it out',
  unevaluatedItems: 'Every item follows `items`; leave it out',
  const: 'Use an enum of one value',
  anyOf: 'Use enum, oneOf of { const, title }, or if/then/else',
  dependencies: 'Use if/then/else',
  dependentRequired: 'Use if/then/else',
  dependentSchemas: 'Use if/then/else',
  nullable: 'Leave the field out of `required`: an empty field is absent',
  multipleOf: 'Use type integer, or "ui:options": { "step": ... } in the UI schema',
  $schema: 'The dialect is always the same; leave it out',
  $id: 'A schema has no address of its own; leave it out',
  definitions: 'Write $defs',
  prefixItems: 'Every item follows `items`; use an object for fields of different kinds',
}

export const formLimits = {
  /** Bytes of schema, and of UI schema, as JSON. */
  bytes: 32_768,
  /** Objects and arrays inside one another; the form itself is the first. */
  depth: 5,
  /** Fields in all, with those of `$ref` counted where they are used. */
  fields: 100,
  /** What `maxItems` may be. */
  items: 1_000,
  /** What `maxLength` may be. */
  length: 20_000,
  /** Values of an enum or a oneOf. */
  choices: 200,
  /** Conditions in one `allOf`. */
  conditions: 20,
  /** Characters of a title or a choice, and of a description or a help. */
  title: 200,
  description: 1_000,
} as const

/** `maxLength` where a schema names none. */
export const defaultMaxLength = 1_000

export const widgets = [
  'text',
  'textarea',
  'password',
  'select',
  'radio',
  'checkboxes',
  'date',
  'datetime',
  'range',
  'groups',
  ...domainFormats,
] as const
export const uiKeys = [
  'ui:order',
  'ui:title',
  'ui:description',
  'ui:help',
  'ui:placeholder',
  'ui:widget',
  'ui:options',
] as const
