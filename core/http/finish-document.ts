/** What the document has to say and Fastify's schemas have no word for: written down with an operation, put in its place at the end. */

export interface Finish {
  /** Names among the components, by status. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly bodyOptional: boolean
  /** Of the parts of a form. */
  readonly encoding?: Readonly<Record<string, { readonly contentType: string }>>
}
interface Operation {
  readonly 'x-finish'?: Finish
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, object>> }
  readonly responses: Readonly<Record<string, object>>
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

export const toFinish = (finish: Finish): { 'x-finish': Finish } => ({ 'x-finish': finish })

export const finishDocument = <D extends object>(document: D): D => ({
  ...document,
  paths: each((document as unknown as { paths: Paths }).paths, (operations) => each(operations, finished)),
})

const each = <A, B>(all: Readonly<Record<string, A>>, change: (one: A, name: string) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one, name)]))

function finished({ 'x-finish': finish, ...operation }: Operation): Operation {
  if (!finish) return operation
  const { requestBody } = operation
  return {
    ...operation,
    ...(requestBody && {
      requestBody: {
        ...requestBody,
        required: !finish.bodyOptional,
        content: each(requestBody.content, (media, type) => ({
          ...media,
          ...(type === 'multipart/form-data' && finish.encoding ? { encoding: finish.encoding } : {}),
        })),
      },
    }),
    responses: each(operation.responses, (response, status) => ({
      ...response,
      headers: Object.fromEntries(
        (finish.headers[status] ?? []).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
      ),
    })),
  }
}
