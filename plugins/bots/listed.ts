/** Pages of lists that are read whole: bots of one organisation are few, and part of them stands in files. */
import { Problem, problems } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

export const PageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 25, description: 'Items a page' }),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'From `page.nextCursor` of the page before' })),
  total: Type.Optional(Type.Boolean({ description: 'Also count all items' })),
}
type Asked = Static<ReturnType<typeof Type.Object<typeof PageQuery>>>

/** @param items in the order of the list, each with a key of its own @throws Problem 400 for a cursor that is none of them */
export function pageOf<T>(items: readonly T[], keyOf: (item: T) => string, { limit, cursor, total }: Asked) {
  const after = cursor === undefined ? -1 : items.findIndex((item) => keyOf(item) === cursor)
  if (cursor !== undefined && after < 0) throw new Problem(problems.invalidCursor)
  const shown = items.slice(after + 1, after + 1 + limit)
  const last = shown.at(-1)
  const more = after + 1 + limit < items.length
  return {
    items: shown,
    page: {
      nextCursor: more && last !== undefined ? keyOf(last) : null,
      ...(total && { total: items.length }),
    },
  }
}
