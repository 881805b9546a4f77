/**
 * Forms: JSON Schema and UI schema as closed subsets. Authors' schemas are data, never compiled: `formProblems` checks
 * them when a bot is published, `formErrors` interprets them over a value. `docs/bots/forms.md` tells authors.
 */
export { withFormDefaults } from './defaults.ts'
export { type FormErrorsOptions, formErrors } from './form-errors.ts'
export { type FormUi, formProblems } from './form-problems.ts'
export type { FormValue } from './form-value.ts'
export { cronFault, isCron, isHostName } from './formats.ts'
export { withoutHiddenFields } from './hidden.ts'
export { labelFault } from './labels.ts'
export { englishFormMessages, type FormMessages, germanFormMessages } from './messages.ts'
export { type DomainValue, domainValues, secretPlaces } from './places.ts'
export { translatedForm } from './translation.ts'
export { type DomainFormat, domainFormats, formLimits } from './vocabulary.ts'
