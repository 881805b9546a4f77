/**
 * RJSF's validator over the interpreter that the server uses too: both say the same, and nothing is compiled (a page
 * under `script-src 'self'` may not).
 */
import {
  createErrorHandler,
  type ErrorSchema,
  ErrorSchemaBuilder,
  getDefaultFormState,
  type RJSFSchema,
  type RJSFValidationError,
  unwrapErrorHandler,
  type ValidatorType,
  validationDataMerge,
} from '@rjsf/utils'
import { englishFormMessages, formErrors, germanFormMessages } from '../../../../../sdk/forms/index.ts'
import type { Language } from '../words/index.ts'
import { tidy } from './tidy.ts'

type Bag = Readonly<Record<string, unknown>>
interface Fault {
  readonly pointer: string
  readonly message: string
  readonly code?: string
}

/** The steps of a JSON pointer; names of events have dots in them, so RJSF's dotted paths would not do. */
const stepsOf = (pointer: string): (string | number)[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step))

/** Where RJSF shows each of them: at its field. */
export function errorSchemaOf(faults: readonly Fault[]): ErrorSchema<Bag> {
  const builder = new ErrorSchemaBuilder<Bag>()
  for (const { pointer, message } of faults) builder.addErrors(message, stepsOf(pointer) as string[])
  return builder.ErrorSchema
}

const listed = (faults: readonly Fault[]): RJSFValidationError[] =>
  faults.map(({ pointer, message, code }) => ({
    name: code ?? 'invalid',
    property: `.${stepsOf(pointer).join('.')}`,
    message,
    params: {},
    stack: message,
    schemaPath: '',
  }))

/** The condition of an `if`: a field that is absent has none of the values. */
const holds = ({ properties }: RJSFSchema, value: unknown): boolean =>
  Object.entries((properties ?? {}) as Record<string, RJSFSchema>).every(([name, rule]) => {
    const bag = (value ?? {}) as Bag
    if (!Object.hasOwn(bag, name)) return false
    return rule.enum ? (rule.enum as unknown[]).includes(bag[name]) : rule.const === bag[name]
  })

export function createValidator(language: Language): ValidatorType<Bag, RJSFSchema, Bag> {
  const messages = language === 'de' ? germanFormMessages : englishFormMessages
  const faults = (schema: RJSFSchema, value: unknown): readonly Fault[] =>
    formErrors(schema, tidy(schema, value ?? {}), { messages, secretsElsewhere: true })

  const validator: ValidatorType<Bag, RJSFSchema, Bag> = {
    rawValidation: <Result>(schema: RJSFSchema, value?: Bag) => ({ errors: [...faults(schema, value)] as Result[] }),

    isValid: (schema, value, root) => {
      if (typeof schema !== 'object' || !schema.type) return holds(schema, value)
      try {
        return faults({ ...(root?.$defs ? { $defs: root.$defs } : {}), ...schema }, value).length === 0
      } catch {
        return false
      }
    },

    validateFormData(value, schema, customValidate, transformErrors, uiSchema) {
      const found = faults(schema, value)
      const errors = transformErrors ? transformErrors(listed(found), uiSchema) : listed(found)
      const result = { errors, errorSchema: errorSchemaOf(found) }
      if (!customValidate) return result
      const complete = getDefaultFormState<Bag, RJSFSchema, Bag>(validator, schema, value, schema, true) as Bag
      const handler = customValidate(complete, createErrorHandler<Bag>(complete), uiSchema)
      return validationDataMerge<Bag>(result, unwrapErrorHandler<Bag>(handler))
    },
  }
  return validator
}
