/** The closed list of the UI schema, walked beside a schema that is sound already. */
import { labelFault } from './labels.ts'
import type { ProblemList } from './problem-list.ts'
import { type FormSchema, fieldsOf, isBag, resolved, step } from './schema.ts'
import { formLimits, isDomainFormat, uiKeys, widgets } from './vocabulary.ts'

type Bag = Readonly<Record<string, unknown>>

export function uiProblems(root: FormSchema, ui: Bag, found: ProblemList): undefined {
  walk(root, root, ui, '/uiSchema', found)
}

function walk(root: FormSchema, unresolved: FormSchema, ui: unknown, pointer: string, found: ProblemList): undefined {
  if (!isBag(ui)) return found.add(pointer, 'Write an object of "ui:" keys and fields', 'type')
  const schema = resolved(root, unresolved)
  const inside = new Map<string, FormSchema>(
    schema.type === 'object'
      ? fieldsOf(schema)
      : schema.type === 'array' && schema.items
        ? [['items', schema.items]]
        : [],
  )
  for (const [name, value] of Object.entries(ui)) {
    if (found.full) return
    const at = pointer + step(name)
    const field = inside.get(name)
    if ((uiKeys as readonly string[]).includes(name)) key(root, schema, name, value, at, inside, found)
    else if (name.startsWith('ui:')) found.add(at, `The keys are ${uiKeys.join(', ')}`, 'keyword')
    else if (field) walk(root, field, value, at, found)
    else found.add(at, 'The schema has no such field', 'name')
  }
}

function key(
  root: FormSchema,
  schema: FormSchema,
  name: string,
  value: unknown,
  at: string,
  inside: ReadonlyMap<string, FormSchema>,
  found: ProblemList,
): undefined {
  if (name === 'ui:order') return order(schema, value, at, inside, found)
  if (name === 'ui:widget') return widget(root, schema, value, at, found)
  if (name === 'ui:options') return options(schema, value, at, found)
  const long = name === 'ui:description' || name === 'ui:help'
  const fault = labelFault(value, long ? formLimits.description : formLimits.title, long)
  if (fault) found.add(at, fault, 'label')
}

function order(
  schema: FormSchema,
  value: unknown,
  at: string,
  inside: ReadonlyMap<string, FormSchema>,
  found: ProblemList,
): undefined {
  if (schema.type !== 'object' || !Array.isArray(value))
    return found.add(at, 'Write a list of names of fields, at an object', 'type')
  for (const [i, name] of value.entries()) {
    if (found.full) return
    if (typeof name !== 'string' || !(name === '*' || inside.has(name)))
      found.add(at + step(i), 'The schema has no such field', 'name')
    else if (value.indexOf(name) !== i) found.add(at + step(i), 'It is there twice; remove one', 'uniqueItems')
  }
  const forgotten = [...inside.keys()].find((name) => !value.includes(name))
  if (forgotten !== undefined && !value.includes('*'))
    found.add(at, `Name "${forgotten}" too, or add "*" for all that are not named`, 'order')
}

function widget(root: FormSchema, schema: FormSchema, value: unknown, at: string, found: ProblemList): undefined {
  if (typeof value !== 'string' || !(widgets as readonly string[]).includes(value))
    return found.add(at, `The widgets are ${widgets.join(', ')}`, 'widget')
  const fault = widgetFault(value, schema, schema.items && resolved(root, schema.items))
  if (fault) found.add(at, fault, 'widget')
}

function widgetFault(widget: string, schema: FormSchema, item: FormSchema | undefined): string | null {
  const { type, format } = schema
  const choices = schema.enum ?? schema.oneOf
  const itemChoices = item && (item.enum ?? item.oneOf)
  const says = (ok: boolean, what: string): string | null => (ok ? null : `The widget ${widget} is for ${what}`)
  switch (widget) {
    case 'text':
      return says(type === 'string' || type === 'number' || type === 'integer', 'texts and numbers')
    case 'textarea':
    case 'password':
      return says(type === 'string' && !choices, 'texts')
    case 'select':
      return says(Boolean(choices ?? itemChoices) || type === 'boolean', 'enum, oneOf and boolean')
    case 'radio':
      return says(Boolean(choices) || type === 'boolean', 'enum, oneOf and boolean')
    case 'checkboxes':
      return says(
        Boolean(itemChoices) && schema.uniqueItems === true,
        'lists with uniqueItems whose items have an enum',
      )
    case 'date':
      return says(format === 'date', 'texts of format date')
    case 'datetime':
      return says(format === 'date-time', 'texts of format date-time')
    case 'range': {
      const bounded = schema.minimum !== undefined && schema.maximum !== undefined
      return says((type === 'number' || type === 'integer') && bounded, 'numbers with minimum and maximum')
    }
    case 'groups':
      return says(item?.format === 'group', 'lists whose items have the format group')
    default:
      return says(
        isDomainFormat(widget) && (format === widget || item?.format === widget),
        `texts of format ${widget}, and lists of them`,
      )
  }
}

function options(schema: FormSchema, value: unknown, at: string, found: ProblemList): undefined {
  if (!isBag(value)) return found.add(at, 'Write an object with rows, inline or step', 'type')
  for (const [name, option] of Object.entries(value)) {
    if (found.full) return
    const here = at + step(name)
    if (name === 'rows') {
      const fits = schema.type === 'string' && Number.isInteger(option) && Number(option) >= 1 && Number(option) <= 40
      if (!fits) found.add(here, 'Write a whole number from 1 to 40, at a text', 'options')
    } else if (name === 'inline') {
      if (typeof option !== 'boolean') found.add(here, 'Write true or false', 'options')
    } else if (name === 'step') {
      const number = schema.type === 'number' || schema.type === 'integer'
      if (!number || typeof option !== 'number' || option <= 0)
        found.add(here, 'Write a number above 0, at a number', 'options')
    } else found.add(here, 'The options are rows, inline and step', 'keyword')
  }
}
