import type { FormUi } from './form-problems.ts'
import { isBag } from './schema.ts'

const labels = new Set(['title', 'description'])
const uiLabels = new Set(['ui:title', 'ui:description', 'ui:help', 'ui:placeholder'])
/** Members whose own members are names of fields, not keywords. */
const named = new Set(['properties', '$defs'])
/** Members that are values, not texts for people. */
const values = new Set(['default', 'enum', 'const', 'if'])

type Say = (text: string) => string

/** A text that somebody would read: a default of a choice or of a format is a value. */
const isProse = ({ type, enum: choices, oneOf, format }: Readonly<Record<string, unknown>>): boolean =>
  type === 'string' && choices === undefined && oneOf === undefined && format === undefined

function said(value: unknown, say: Say): unknown {
  if (Array.isArray(value)) return value.map((item) => said(item, say))
  if (!isBag(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, at]) => {
      if (labels.has(name) && typeof at === 'string') return [name, say(at)]
      if (name === 'default' && typeof at === 'string' && isProse(value)) return [name, say(at)]
      if (values.has(name)) return [name, at]
      if (named.has(name) && isBag(at))
        return [name, Object.fromEntries(Object.entries(at).map(([field, schema]) => [field, said(schema, say)]))]
      return [name, said(at, say)]
    }),
  )
}

/** Every name without `ui:` is a field's here, be it `title` or `default`. */
function saidUi(ui: unknown, say: Say): unknown {
  if (!isBag(ui)) return ui
  return Object.fromEntries(
    Object.entries(ui).map(([name, at]) => [
      name,
      uiLabels.has(name) && typeof at === 'string' ? say(at) : name.startsWith('ui:') ? at : saidUi(at, say),
    ]),
  )
}

/** Schema and UI schema with labels and default texts in another language; what has no translation stays as it is. */
export function translatedForm<T extends { schema: object; uiSchema: FormUi }>(
  form: T,
  texts: Readonly<Record<string, string>>,
): T {
  const say: Say = (text) => (Object.hasOwn(texts, text) ? (texts[text] as string) : text)
  return { ...form, schema: said(form.schema, say), uiSchema: saidUi(form.uiSchema, say) } as T
}
