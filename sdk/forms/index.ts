/**
 * Forms: JSON Schema and UI schema as closed subsets. Authors' schemas are data, never compiled: `formProblems` checks
 * them when a bot is published, `formErrors` interprets them over a value. `docs/bots/forms.md` tells authors.
 */
import type { ProblemError } from '../problems.ts'

/** What a text in a form stands for beside a text; the server looks whether the thing is there. */
export const domainFormats = [
  'member',
  'group',
  'plan',
  'qualification',
  'emailTemplate',
  'segment',
  'cron',
  'secret',
  'httpHost',
] as const
export type DomainFormat = (typeof domainFormats)[number]

export interface FormUi {
  readonly 'ui:order'?: readonly string[]
  readonly [key: string]: unknown
}

/** Faults of the schemas themselves, with pointers that begin `/schema` or `/uiSchema`; none: the form can be shown. */
export declare function formProblems(schema: unknown, uiSchema: unknown): readonly ProblemError[]

/** What is wrong with a value; the schema has passed `formProblems`. */
export declare function formErrors(schema: object, value: unknown): readonly ProblemError[]

/** The value with the schema's defaults where it has none. */
export declare function withFormDefaults(schema: object, value: unknown): unknown

/** Every value of a domain format inside a value, with its pointer: what the server has to look up. */
export declare function domainValues(
  schema: object,
  value: unknown,
): readonly { readonly pointer: string; readonly format: DomainFormat; readonly value: string }[]

/** Schema and UI schema with labels in another language; texts without a translation stay as they are. */
export declare function translatedForm<T extends { schema: object; uiSchema: FormUi }>(
  form: T,
  texts: Readonly<Record<string, string>>,
): T
