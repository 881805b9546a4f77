/** Members page after page, as the list gives them, for as long as somebody reads. */
import type { Tx } from '@guildhall/sdk'
import { reachable } from '../access.ts'
import type { MembersContext } from '../context.ts'
import { customFields } from '../custom-fields/definition.ts'
import { type MemberQuery, memberPage } from '../list.ts'
import type { MemberRecord } from '../refs.ts'
import { mostKeys } from '../sheet-columns.ts'
import type { ExportColumn, OpenFields } from './export-columns.ts'

const PAGE = 200

export async function openFields(tx: Tx): Promise<OpenFields> {
  const keys = await tx.query<{ key: string }>(
    `SELECT DISTINCT k.key FROM members.member m, jsonb_object_keys(m.metadata) AS k (key)
      WHERE m.tenant_id = $1 AND m.deleted_at IS NULL ORDER BY k.key LIMIT ${mostKeys}`,
    [tx.tenantId],
  )
  const systems = await tx.query<{ system: string }>(
    `SELECT DISTINCT system FROM members.external_id WHERE tenant_id = $1 ORDER BY system LIMIT ${mostKeys}`,
    [tx.tenantId],
  )
  return {
    customFields: await customFields(tx),
    metadataKeys: keys.map(({ key }) => key),
    systems: systems.map(({ system }) => system),
  }
}

/** A page of members whom the actor may take away: who may see a member may not always do that. */
export const exportedPage =
  (ctx: MembersContext, query: MemberQuery, columns: readonly ExportColumn[]) => (cursor: string | null) =>
    ctx.read(async (tx) => {
      const { items, page } = await memberPage(ctx, tx, { ...query, limit: PAGE, ...(cursor && { cursor }) })
      const reached = await reachable(
        ctx,
        tx,
        'members.export',
        items.map(({ id }) => id),
      )
      return { rows: items.filter(({ id }) => reached.has(id)).map(rowOf(columns)), next: page.nextCursor }
    })

const rowOf =
  (columns: readonly ExportColumn[]) =>
  (member: MemberRecord): object =>
    Object.fromEntries(columns.map(({ name, value }) => [name, value(member)]))
