/**
 * RJSF's validator over the interpreter that the server uses too: both say the same, and nothing is compiled (a page
 * under `script-src 'self'` may not).
 */
import {
  createErrorHandler,
  getDefaultFormState,
  type RJSFSchema,
  type RJSFValidationError,
  toErrorSchema,
  unwrapErrorHandler,
  type ValidatorType,
  validationDataMerge,
} from '@rjsf/utils'
import { englishFormMessages, formErrors, germanFormMessages } from '../../../../../sdk/forms/index.ts'
import type { Language } from '../words/index.ts'

type Bag = Readonly<Record<string, unknown>>
interface Fault {
  readonly pointer: string
  readonly message: string
  readonly code?: string
}

/** RJSF wants `.address.street` where a JSON Pointer has `/address/street`. */
const dotted = (pointer: string): string =>
  pointer.replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')

export const formErrorsOf = (faults: readonly Fault[]): RJSFValidationError[] =>
  faults.map(({ pointer, message, code }) => ({
    name: code ?? 'invalid',
    property: dotted(pointer),
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
    formErrors(schema, value ?? {}, { messages, secretsElsewhere: true })

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
      let errors = formErrorsOf(faults(schema, value))
      if (transformErrors) errors = transformErrors(errors, uiSchema)
      const result = { errors, errorSchema: toErrorSchema<Bag>(errors) }
      if (!customValidate) return result
      const complete = getDefaultFormState<Bag, RJSFSchema, Bag>(validator, schema, value, schema, true) as Bag
      const handler = customValidate(complete, createErrorHandler<Bag>(complete), uiSchema)
      return validationDataMerge<Bag>(result, unwrapErrorHandler<Bag>(handler))
    },
  }
  return validator
}
