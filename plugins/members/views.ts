/** From the record to what somebody may see of it. */
import { invalid, type Reach, type Tx } from '@guildhall/sdk'
import { within } from './access.ts'
import type { MembersContext } from './context.ts'
import { requireShown, shownTo } from './contributed-rights.ts'
import { customFields } from './custom-fields/definition.ts'
import { type Member, OwnMember } from './member-schema.ts'
import { type MemberRecord, memberIncludes } from './refs.ts'

/** Staff's view: all but what the platform keeps to itself. */
export function staffView({
  pending: _pending,
  deletedAt: _deletedAt,
  mergedInto: _mergedInto,
  ...view
}: MemberRecord): Member {
  return view
}

const ownFields = Object.keys(OwnMember.properties) as (keyof OwnMember)[]

/** The member's own view: nothing that was written about him. */
export async function ownView(tx: Tx, record: MemberRecord): Promise<OwnMember> {
  const view = Object.fromEntries(ownFields.map((field) => [field, record[field]])) as unknown as OwnMember
  if (Object.keys(record.customFields).length === 0) return view
  const shown = (await customFields(tx)).filter(({ ownView: seen }) => seen !== 'hidden')
  return {
    ...view,
    customFields: Object.fromEntries(
      shown.flatMap(({ key }) => (key in record.customFields ? [[key, record.customFields[key]]] : [])),
    ),
  }
}

const everywhere: Reach = { everywhere: true }

/**
 * Adds what `?include=` names, one look-up a key for the whole page. Members beyond the reach of what a key needs go
 * without it.
 * @param as `own`: the record is the actor's own, or a ward's
 * @throws Problem 400 naming the keys there are here, 403 naming the permission that a key needs
 */
export async function withIncludes<T extends { id: string }>(
  ctx: MembersContext,
  tx: Tx,
  items: readonly T[],
  include: string | undefined,
  as: 'staff' | 'own' = 'staff',
): Promise<T[]> {
  if (!include) return [...items]
  const offered = ctx.contributions(memberIncludes)
  const ids = items.map(({ id }) => id)
  const shown = await shownTo(ctx, tx)
  const added: [string, ReadonlyMap<string, unknown>][] = []
  for (const key of new Set(include.split(',').map((part) => part.trim()))) {
    const found = offered.find((one) => one.key === key)
    if (!found) {
      const keys = offered.map((one) => one.key).join(', ')
      throw invalid('/include', `Include some of: ${keys}`, { code: 'include', in: 'query' })
    }
    const reach = as === 'own' && found.own ? everywhere : requireShown(shown, 'include', found)
    const reached = await within(ctx, tx, reach, ids)
    const values = await found.load(tx, reached, reach)
    added.push([key, new Map(reached.map((id) => [id, values.get(id) ?? []]))])
  }
  return items.map((item) => ({
    ...item,
    ...Object.fromEntries(added.flatMap(([key, values]) => (values.has(item.id) ? [[key, values.get(item.id)]] : []))),
  }))
}
