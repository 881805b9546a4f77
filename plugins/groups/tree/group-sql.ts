import { type Bind, DateOnly, defineListing, parsePath, type Tx, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { Group } from '../group-schema.ts'
import { ofLiving } from '../seats/seat-sql.ts'
import { fold, wordsOf } from '../words.ts'

export const groupListing = defineListing({
  id: 'groups.groups',
  tenantColumn: 'd.tenant_id',
  idColumn: 'd.id',
  defaultSort: 'name',
  search: 'Beginnings of words of name and description; accents, case and order make no difference',
  fields: {
    id: { column: 'd.id', type: 'uuid', description: 'Id', ops: ['eq', 'in'] },
    name: { column: 'd.name_key', type: 'text', description: 'Name', ops: ['eq', 'in', 'startsWith'], normalise: fold },
    // Only the root has none, and nothing would find it faster than its own address.
    parentId: { column: 'g.parent_id', type: 'uuid', description: 'The group it hangs under', ops: ['eq', 'in'] },
    type: { column: 'g.type', type: 'text', description: 'Key of the level', nullable: true },
    genderGroup: { column: 'd.gender_group', type: 'text', description: 'Code of the gender group', nullable: true },
    stage: { column: 'd.stage', type: 'text', description: 'Label of the stage', nullable: true },
    externalId: {
      column: 'd.external_key',
      type: 'text',
      description: 'Its number in another register, in any case',
      nullable: true,
      normalise: fold,
    },
  },
  sorts: {
    name: { column: 'd.name_key', type: 'text', leads: true },
    path: { column: 'g.path', type: 'text', leads: true },
    createdAt: { column: 'd.created_at', type: 'timestamp', leads: true },
    updatedAt: { column: 'd.updated_at', type: 'timestamp', leads: true },
  },
  parameters: {
    below: Type.Optional(Uuid({ description: 'Only groups below this one' })),
    tree: Type.Optional(Type.Boolean({ description: 'Nest them: each under the nearest one above that is shown too' })),
    at: Type.Optional(DateOnly({ description: 'The day `memberCount` is told of; default: today' })),
  },
})

export interface GroupRow {
  id: string
  parent_id: string | null
  type: string | null
  name: string
  path: string
  description: string
  icon: string | null
  colour: string | null
  logo: string | null
  phone: string | null
  address: string | null
  gender_group: string | null
  stage: string | null
  external_id: string | null
  metadata: Record<string, unknown>
  member_count: number
  created_at: Date
  updated_at: Date
  version: number
}

export const groupTables = `groups.detail d JOIN core."group" g ON g.tenant_id = d.tenant_id AND g.id = d.id`
/** @param day checked by the caller: a date */
export const groupColumns = (day: string): string => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new TypeError(`Not a date: ${JSON.stringify(day)}`)
  return `d.id, g.parent_id, g.type, g.name, g.path, d.description, d.icon, d.colour, d.logo, d.phone, d.address, d.gender_group,
  d.stage, d.external_id, d.metadata, d.created_at, d.updated_at, d.version,
  (SELECT count(DISTINCT s.member_id)::int FROM groups.seat s WHERE s.tenant_id = d.tenant_id AND s.group_id = d.id
      AND s.starts_on <= DATE '${day}' AND s.ends_before > DATE '${day}' AND ${ofLiving}) AS member_count`
}

export const groupOf = (row: GroupRow): Group => ({
  id: row.id,
  parentId: row.parent_id,
  type: row.type,
  name: row.name,
  path: parsePath(row.path).map(({ id }) => id),
  description: row.description,
  icon: row.icon,
  colour: row.colour,
  logo: row.logo,
  phone: row.phone,
  address: row.address,
  genderGroup: row.gender_group,
  stage: row.stage,
  externalId: row.external_id,
  metadata: row.metadata,
  memberCount: row.member_count,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

export async function selectGroup(tx: Tx, id: string, day: string): Promise<GroupRow | null> {
  const [row] = await tx.query<GroupRow>(
    `SELECT ${groupColumns(day)} FROM ${groupTables} WHERE d.tenant_id = $1 AND d.id = $2`,
    [tx.tenantId, id],
  )
  return row ?? null
}

/** The whole tree, parents before their children. */
export const selectAllGroups = (tx: Tx, day: string): Promise<GroupRow[]> =>
  tx.query<GroupRow>(`SELECT ${groupColumns(day)} FROM ${groupTables} WHERE d.tenant_id = $1 ORDER BY g.path`, [
    tx.tenantId,
  ])

/** What a row of a file may call a group. */
export interface GroupName {
  readonly id: string
  readonly type: string | null
  readonly name: string
  readonly path: string
  readonly externalKey: string | null
}
export const groupNames = (tx: Tx): Promise<GroupName[]> =>
  tx.query<GroupName & Record<string, unknown>>(
    `SELECT g.id, g.type, g.name, g.path, d.external_key AS "externalKey" FROM ${groupTables} WHERE d.tenant_id = $1`,
    [tx.tenantId],
  )

/** Every word asked for begins one of the group's. A range of text is leakproof where LIKE is not. */
export const searchSql = (search: string, bind: Bind): string[] =>
  wordsOf(search).map((word) => {
    const from = bind(word)
    return `EXISTS (SELECT 1 FROM groups.word w WHERE w.tenant_id = d.tenant_id AND w.group_id = d.id
      AND w.word >= ${from}::text COLLATE "C" AND w.word < ${bind(`${word}\u{10ffff}`)}::text COLLATE "C")`
  })

/** What the plugin keeps of a group beside the tree's own row. */
export interface Detail {
  readonly description: string
  readonly icon: string | null
  readonly colour: string | null
  readonly logo: string | null
  readonly phone: string | null
  readonly address: string | null
  readonly genderGroup: string | null
  readonly stage: string | null
  readonly externalId: string | null
  readonly metadata: Readonly<Record<string, unknown>>
}

const bindDetail = (tx: Tx, id: string, name: string, detail: Detail) => [
  tx.tenantId,
  id,
  fold(name),
  detail.description,
  detail.icon,
  detail.colour,
  detail.logo,
  detail.phone,
  detail.address,
  detail.genderGroup,
  detail.stage,
  detail.externalId,
  detail.externalId === null ? null : fold(detail.externalId),
  JSON.stringify(detail.metadata),
  tx.now(),
]

/** @throws the driver's 23505 when the external id is taken */
export async function insertDetail(tx: Tx, id: string, name: string, detail: Detail): Promise<void> {
  await tx.query(
    `INSERT INTO groups.detail (tenant_id, id, name_key, description, icon, colour, logo, phone, address, gender_group, stage,
            external_id, external_key, metadata, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)`,
    bindDetail(tx, id, name, detail),
  )
  await putWords(tx, id, name, detail.description)
}

/** @throws the driver's 23505 when the external id is taken */
export async function updateDetail(tx: Tx, id: string, name: string, detail: Detail): Promise<void> {
  await tx.query(
    `UPDATE groups.detail SET name_key = $3, description = $4, icon = $5, colour = $6, logo = $7, phone = $8, address = $9,
            gender_group = $10, stage = $11, external_id = $12, external_key = $13, metadata = $14, updated_at = $15,
            version = version + 1 WHERE tenant_id = $1 AND id = $2`,
    bindDetail(tx, id, name, detail),
  )
  await tx.query('DELETE FROM groups.word WHERE tenant_id = $1 AND group_id = $2', [tx.tenantId, id])
  await putWords(tx, id, name, detail.description)
}

const putWords = (tx: Tx, id: string, name: string, description: string) =>
  tx.query('INSERT INTO groups.word (tenant_id, word, group_id) SELECT $1, word, $2 FROM unnest($3::text[]) AS word', [
    tx.tenantId,
    id,
    wordsOf(name, description).slice(0, 500),
  ])

/** Gives the nodes of the tree that have none their row: those made while the plugin was off, and the root. */
export async function completeDetails(tx: Tx): Promise<void> {
  const bare = await tx.query<{ id: string; name: string }>(
    `SELECT g.id, g.name FROM core."group" g WHERE g.tenant_id = $1
        AND NOT EXISTS (SELECT 1 FROM groups.detail d WHERE d.tenant_id = g.tenant_id AND d.id = g.id)`,
    [tx.tenantId],
  )
  for (const { id, name } of bare) await insertDetail(tx, id, name, emptyDetail)
}
export const emptyDetail: Detail = {
  description: '',
  icon: null,
  colour: null,
  logo: null,
  phone: null,
  address: null,
  genderGroup: null,
  stage: null,
  externalId: null,
  metadata: {},
}

/** Who keeps a group from being deleted, by name. */
export const childNames = async (tx: Tx, id: string): Promise<string[]> =>
  (
    await tx.query<{ name: string }>(
      'SELECT name FROM core."group" WHERE tenant_id = $1 AND parent_id = $2 ORDER BY name',
      [tx.tenantId, id],
    )
  ).map(({ name }) => name)

/** A seat that runs or will; those that ended, and those of deleted members, whom nobody sees, are history. */
const standing = (today: string): string => `s.ends_before > ${today}::date AND ${ofLiving}`

export async function seatHolders(tx: Tx, id: string, today: string): Promise<{ names: string[]; ended: number }> {
  const rows = await tx.query<{ name: string; stands: boolean }>(
    `SELECT m.display_name AS name, ${standing('$3')} AS stands FROM groups.seat s
       JOIN members.member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id
      WHERE s.tenant_id = $1 AND s.group_id = $2 ORDER BY m.display_name_key`,
    [tx.tenantId, id, today],
  )
  const current = rows.filter(({ stands }) => stands)
  return { names: [...new Set(current.map(({ name }) => name))], ended: rows.length - current.length }
}

export const deleteHistory = (tx: Tx, id: string, today: string): Promise<unknown> =>
  tx.query(`DELETE FROM groups.seat s WHERE s.tenant_id = $1 AND s.group_id = $2 AND NOT (${standing('$3')})`, [
    tx.tenantId,
    id,
    today,
  ])
