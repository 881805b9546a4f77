import { usePage } from '../page-context.ts'
import { useLoaded } from './use-loaded.ts'

/** Names by id. */
export type Names = ReadonlyMap<string, string>

/** Fields of what a bot asked for, and the list that knows the names of those ids. */
const lists: Readonly<Record<string, string>> = {
  memberId: '/members',
  groupId: '/groups',
  planId: '/members/plans',
}
interface Named {
  readonly id: string
  readonly displayName?: string
  readonly name?: string
}
/** Ids one request asks for: as many as its address holds. */
const most = 150

/** Ids within anything, by the field they stand in. */
function idsIn(value: unknown, found: Map<string, Set<string>>): void {
  if (typeof value !== 'object' || value === null) return
  for (const [field, inner] of Object.entries(value)) {
    const list = lists[field]
    if (list && typeof inner === 'string') found.set(list, (found.get(list) ?? new Set()).add(inner))
    else idsIn(inner, found)
  }
}

/** The names this person may see of the members, groups and plans in `values`; one request a list. */
export function useNames(values: readonly unknown[]): Names {
  const { session } = usePage()
  const found = new Map<string, Set<string>>()
  idsIn(values, found)
  const wanted = [...found].map(([list, ids]) => ({ list, ids: [...ids].sort() }))
  const { value } = useLoaded(`names ${JSON.stringify(wanted)}`, async (signal) => {
    const asked = wanted.flatMap(({ list, ids }) =>
      Array.from({ length: Math.ceil(ids.length / most) }, (_, n) =>
        addressFor(list, ids.slice(n * most, (n + 1) * most)),
      ),
    )
    const answers = await Promise.all(
      asked.map((address) =>
        session.api.get<{ items: readonly Named[] }>(address, { signal }).catch(() => ({ items: [] })),
      ),
    )
    return new Map(
      answers.flatMap(({ items }) =>
        items.map(({ id, displayName, name }) => [id, displayName ?? name ?? id] as const),
      ),
    )
  })
  return value ?? none
}

const none: Names = new Map()
const addressFor = (list: string, value: readonly string[]): string =>
  `${list}?limit=${value.length}&filter=${encodeURIComponent(JSON.stringify({ field: 'id', op: 'in', value }))}`
