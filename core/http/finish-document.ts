/** What the document has to say and Fastify's schemas have no word for: written down with an operation, put in its place at the end. */

import { NamedSchemas, type Schema } from './named-schemas.ts'
import { SharedResponses } from './shared-responses.ts'

export interface Finish {
  /** Names among the components, by status. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly bodyOptional: boolean
  /** Of the parts of a form. */
  readonly encoding?: Readonly<Record<string, { readonly contentType: string }>>
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>
interface Operation {
  readonly 'x-finish'?: Finish
  readonly 'x-plugin'?: string
  readonly operationId: string
  readonly tags?: readonly string[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
interface Raw {
  readonly paths: Paths
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

export interface DescribedTag {
  readonly name: string
  readonly description: string
}
/** Those that some operation stands under, in the order in which they were described. */
export function tagsOf(
  paths: Readonly<Record<string, Readonly<Record<string, { readonly tags?: unknown }>>>>,
  all: readonly DescribedTag[],
): DescribedTag[] {
  const used = new Set(
    Object.values(paths).flatMap((operations) => Object.values(operations).flatMap(({ tags }) => tags)),
  )
  return all.filter(({ name }) => used.has(name))
}

export const toFinish = (finish: Finish): { 'x-finish': Finish } => ({ 'x-finish': finish })

/** @param tags what each is about, by name */
export function finishDocument<D extends object>(document: D, tags: ReadonlyMap<string, string>): D {
  const { paths, components } = document as unknown as Raw
  const named = new NamedSchemas(components.schemas)
  const failures = new SharedResponses()
  return {
    ...document,
    paths: each(paths, (operations) => each(operations, (operation) => finished(operation, named, failures))),
    tags: tagsOf(
      paths,
      [...tags].map(([name, description]) => ({ name, description })),
    ),
    components: { ...components, responses: failures.all(), schemas: named.described() },
  }
}

const each = <A, B>(all: Readonly<Record<string, A>>, change: (one: A, name: string) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one, name)]))

function finished(
  { 'x-finish': finish, ...operation }: Operation,
  schemas: NamedSchemas,
  failures: SharedResponses,
): object {
  if (!finish) return operation
  const { requestBody, operationId, 'x-plugin': owner } = operation
  const calls = `${operationId.slice(0, 1).toUpperCase()}${operationId.slice(1)}`
  const named = (content: Content, otherwise: string): Content =>
    each(content, ({ schema, ...media }) => ({
      ...media,
      ...(schema && { schema: schemas.put(schema, { owner, otherwise }) }),
    }))
  return {
    ...operation,
    ...(requestBody && {
      requestBody: {
        ...requestBody,
        required: !finish.bodyOptional,
        content: each(named(requestBody.content, `${calls}Body`), (media, type) => ({
          ...media,
          ...(type === 'multipart/form-data' && finish.encoding ? { encoding: finish.encoding } : {}),
        })),
      },
    }),
    responses: each(operation.responses, ({ content, ...response }, status) => {
      const whole = {
        ...response,
        ...(content && { content: named(content, `${calls}Answer`) }),
        headers: Object.fromEntries(
          (finish.headers[status] ?? []).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
        ),
      }
      return Number(status) < 400 ? whole : failures.put(whole)
    }),
  }
}
