/** Seats as a file that an import reads back unchanged. */
import { type Download, firstDay, lastDay, parseListQuery, reachSql, readPage, type Tx } from '@guildhall/sdk'
import {
  defaultExternalSystem,
  type ListSheet,
  metadataCells,
  mostKeys,
  objectColumns,
  tableColumns,
} from '#plugins/members/refs.ts'
import type { GroupsContext } from '../context.ts'
import { Seat } from '../seat-schema.ts'
import { RoleTypes } from './role-types.ts'
import { type SeatQuery, seatConditions, seatListing } from './seat-list.ts'
import { type SeatRow, seatColumns, seatOf, seatTables } from './seat-sql.ts'

const PAGE = 200

const titles = [
  ['groupRecordId', 'Group record ID', 'Gruppen-Datensatz-ID'],
  ['groupExternalId', 'Group external ID', 'Gruppennummer'],
  ['groupName', 'Group name', 'Gruppenname'],
  ['recordId', 'Record ID', 'Datensatz-ID'],
  ['externalId', 'External ID', 'Mitgliedsnummer'],
  ['firstName', 'First name', 'Vorname'],
  ['lastName', 'Last name', 'Nachname'],
  ['role', 'Role', 'Rolle'],
  ['rank', 'Rank', 'Rang'],
  ['start', 'Start', 'Beginn'],
  ['end', 'End', 'Ende'],
] as const

const metadataKeys = async (tx: Tx): Promise<string[]> =>
  (
    await tx.query<{ key: string }>(
      `SELECT DISTINCT k.key FROM groups.seat s, jsonb_object_keys(s.metadata) AS k (key)
        WHERE s.tenant_id = $1 AND s.metadata <> '{}' ORDER BY k.key LIMIT ${mostKeys}`,
      [tx.tenantId],
    )
  ).map(({ key }) => key)

const columns = `${seatColumns}, m.first_name, m.last_name,
  (SELECT d.external_id FROM groups.detail d WHERE d.tenant_id = s.tenant_id AND d.id = s.group_id) AS group_external_id,
  (SELECT e.value FROM members.external_id e WHERE e.tenant_id = s.tenant_id AND e.member_id = s.member_id
      AND e.system = '${defaultExternalSystem}' LIMIT 1) AS external_id`
type Row = SeatRow & {
  group_external_id: string | null
  external_id: string | null
  first_name: string | null
  last_name: string | null
}

const sheetRow = (row: Row): object => ({
  groupRecordId: row.group_id,
  groupExternalId: row.group_external_id,
  groupName: row.group_name,
  recordId: row.member_id,
  externalId: row.external_id,
  firstName: row.first_name,
  lastName: row.last_name,
  role: row.role,
  rank: row.rank,
  start: firstDay(row.starts_on),
  end: lastDay(row.ends_before),
  ...metadataCells(row.metadata),
})

export type SeatExportQuery = SeatQuery &
  Pick<ListSheet, 'format' | 'language'> & { readonly groupId?: string; readonly at?: string }

/** Seats that the actor may see and take away: all there ever were, unless a day is asked about. */
export async function exportSeats(ctx: GroupsContext, query: SeatExportQuery): Promise<Download> {
  const { format, language, groupId, at, ...rest } = query
  const asObjects = format === 'ndjson'
  const keys = asObjects ? [] : await ctx.read(metadataKeys)
  return ctx.use.sheets.download({
    name: 'group-members',
    format,
    language,
    sheetName: language === 'de' ? 'Gruppenmitglieder' : 'Group members',
    columns: asObjects ? objectColumns(Seat) : tableColumns(titles, keys, language),
    on: ctx.now(),
    page: (cursor) =>
      ctx.read(async (tx) => {
        const group = groupId === undefined ? null : await ctx.use.tree.node(tx, groupId)
        if (group) await ctx.require('groups.seats.export', { paths: [group.path], readable: 'groups.read' })
        const types = await RoleTypes.read(tx, ctx.use.tree)
        const asked = { sort: 'from', ...rest, at, limit: PAGE, ...(cursor && { cursor }) }
        const { items, page } = await readPage<Row, object>(tx, seatListing, parseListQuery(seatListing, asked), {
          select: columns,
          from: seatTables,
          tenantId: tx.tenantId,
          where: (bind) => [
            ...seatConditions(ctx, rest, { types, group, day: at ?? null, bind }),
            reachSql(ctx.reach('groups.seats.export'), { pathColumn: 'g.path', bind }),
          ],
          of: (row) => (asObjects ? seatOf(row, types) : sheetRow(row)),
        })
        return { rows: items, next: page.nextCursor }
      }),
  })
}
