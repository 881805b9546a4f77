import type { ProblemError } from '../problems.ts'
import { jsonFault } from './plain-json.ts'
import { ProblemList } from './problem-list.ts'
import { type FormSchema, isBag } from './schema.ts'
import { SchemaWalk } from './schema-problems.ts'
import { uiProblems } from './ui-problems.ts'
import { formLimits } from './vocabulary.ts'

/** How a form looks; beside `ui:` keys it has the names of the schema's fields, and `items` at a list. */
export interface FormUi {
  readonly 'ui:order'?: readonly string[]
  readonly [key: string]: unknown
}

/**
 * Faults of the schemas themselves, at most 20, with pointers that begin `/schema` or `/uiSchema`; none: the form can be
 * shown. Takes milliseconds, whatever it is given.
 */
export function formProblems(schema: unknown, uiSchema: unknown = {}): readonly ProblemError[] {
  const found = new ProblemList()
  for (const [part, pointer] of [
    [schema, '/schema'],
    [uiSchema, '/uiSchema'],
  ] as const) {
    const fault = jsonFault(part, formLimits.bytes)
    if (fault) found.add(pointer, fault, 'size')
    else if (!isBag(part)) found.add(pointer, 'Write an object', 'type')
  }
  if (found.errors.length > 0) return found.errors
  new SchemaWalk(schema as Readonly<Record<string, unknown>>, found).run('/schema')
  // Beside a schema with faults nothing can be said of the UI schema.
  if (found.errors.length === 0) uiProblems(schema as FormSchema, uiSchema as FormUi, found)
  return found.errors
}
