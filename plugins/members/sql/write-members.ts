/**
 * Members go in and change in one statement with everything that hangs on them, one or a thousand at a time: the rows
 * come as JSON record sets. Foreign keys are checked at the end of the statement, so the parts need no order.
 */
import type { Tx } from '@guildhall/sdk'
import { type StoredProfile, storedColumns } from '../record/stored.ts'

export interface NewRow extends StoredProfile {
  readonly id: string
  readonly status: string
  readonly pending: boolean
  readonly suspended_at: string | null
  readonly suspended_reason: string | null
  readonly user_id: string | null
}
export interface ChangedRow extends StoredProfile {
  readonly id: string
  readonly pending: boolean
}
export interface KeywordRow {
  readonly kind: 'tag' | 'skill'
  readonly value: string
  readonly member_id: string
}
export interface ExternalIdRow {
  readonly system: string
  readonly value: string
  readonly member_id: string
}
export interface CustomValueRow {
  readonly field_id: string
  readonly value: string
  readonly member_id: string
}
export interface ActivityRow {
  readonly id: string
  readonly member_id: string
  readonly kind: string
  readonly by_member: boolean
  readonly changes: unknown
  readonly detail: unknown
}
/** Rows of the tables that hang on members. */
export interface Attached {
  readonly keywords: readonly KeywordRow[]
  readonly externalIds: readonly ExternalIdRow[]
  readonly customValues: readonly CustomValueRow[]
}

const names = Object.keys(storedColumns)
const typedNames = Object.entries(storedColumns).map(([name, type]) => `${name} ${type}`)
const keywordSet = (n: number) => `json_to_recordset($${n}) AS r (kind text, value text, member_id uuid)`
const externalIdSet = (n: number) => `json_to_recordset($${n}) AS r (system text, value text, member_id uuid)`
const customValueSet = (n: number) => `json_to_recordset($${n}) AS r (field_id uuid, value text, member_id uuid)`
const activitiesFrom = (n: number, at: number, kind: number, id: number) =>
  `INSERT INTO members.activity (tenant_id, id, member_id, kind, by_member, actor_kind, actor_id, changes, detail, at)
   SELECT $1, r.id, r.member_id, r.kind, r.by_member, $${kind}, $${id}, r.changes, r.detail, $${at}
     FROM json_to_recordset($${n}) AS r (id uuid, member_id uuid, kind text, by_member boolean, changes jsonb, detail jsonb)`

const insert = `
WITH added AS (
  INSERT INTO members.member (tenant_id, id, status, pending, suspended_at, suspended_reason, user_id, created_at, updated_at, ${names.join(', ')})
  SELECT $1, r.id, r.status, r.pending, r.suspended_at, r.suspended_reason, r.user_id, $3, $3, ${names.map((name) => `r.${name}`).join(', ')}
    FROM json_to_recordset($2) AS r (id uuid, status text, pending boolean, suspended_at timestamptz, suspended_reason text, user_id uuid, ${typedNames.join(', ')})),
keywords AS (
  INSERT INTO members.keyword (tenant_id, kind, value, member_id) SELECT $1, kind, value, member_id FROM ${keywordSet(4)}),
external_ids AS (
  INSERT INTO members.external_id (tenant_id, system, value, member_id) SELECT $1, system, value, member_id FROM ${externalIdSet(5)}),
custom_values AS (
  INSERT INTO members.custom_value (tenant_id, field_id, value, member_id) SELECT $1, field_id, value, member_id FROM ${customValueSet(6)}),
activities AS (${activitiesFrom(7, 3, 8, 9)}),
duplicates AS (
  INSERT INTO members.duplicate_pair (tenant_id, id, first_id, second_id, score, reasons)
  SELECT $1, gen_random_uuid(), least(m.id, r.id), greatest(m.id, r.id),
         CASE WHEN m.birthday = r.birthday THEN 95 ELSE 60 END,
         CASE WHEN m.birthday = r.birthday THEN ARRAY['name', 'birthday'] ELSE ARRAY['name'] END
    FROM json_to_recordset($2) AS r (id uuid, name_key text, birthday date)
   CROSS JOIN LATERAL (
     SELECT e.id, e.birthday FROM members.member e
      WHERE e.tenant_id = $1 AND e.name_key = r.name_key AND e.deleted_at IS NULL
        AND (e.birthday = r.birthday OR e.birthday IS NULL OR r.birthday IS NULL)
      LIMIT 20) m
   WHERE $10
  RETURNING first_id, second_id)
SELECT ARRAY(SELECT key FROM members.custom_field WHERE tenant_id = $1 AND required) AS required,
       ARRAY(SELECT unnest(ARRAY[first_id, second_id]) FROM duplicates) AS doubled`

/**
 * @param o.findDuplicates notes pairs with members of the same name and no other birthday
 * @returns keys of the custom fields that every new member needs (whoever lacks one is refused by the caller), and the
 * ids of the pairs found
 */
export async function insertMembers(
  tx: Tx,
  o: {
    rows: readonly NewRow[]
    attached: Attached
    activities: readonly ActivityRow[]
    actor: ActorColumns
    at: Date
    findDuplicates: boolean
  },
): Promise<{ required: readonly string[]; doubled: readonly string[] }> {
  const [found] = await tx.query<{ required: string[]; doubled: string[] }>(insert, [
    tx.tenantId,
    JSON.stringify(o.rows),
    o.at,
    JSON.stringify(o.attached.keywords),
    JSON.stringify(o.attached.externalIds),
    JSON.stringify(o.attached.customValues),
    JSON.stringify(o.activities),
    o.actor.kind,
    o.actor.id,
    o.findDuplicates,
  ])
  return found!
}

const update = `
WITH changed AS (
  UPDATE members.member m SET pending = r.pending, ${names.map((name) => `${name} = r.${name}`).join(', ')},
         updated_at = $3, version = m.version + 1
    FROM json_to_recordset($2) AS r (id uuid, pending boolean, ${typedNames.join(', ')})
   WHERE m.tenant_id = $1 AND m.id = r.id),
activities AS (${activitiesFrom(4, 3, 5, 6)})
SELECT 1`

const replaceAttached = `
WITH keywords_out AS (
  DELETE FROM members.keyword k USING ${keywordSet(2)}
   WHERE k.tenant_id = $1 AND k.kind = r.kind AND k.value = r.value AND k.member_id = r.member_id),
external_ids_out AS (
  DELETE FROM members.external_id e USING ${externalIdSet(3)}
   WHERE e.tenant_id = $1 AND e.system = r.system AND e.value = r.value AND e.member_id = r.member_id),
custom_values_out AS (
  DELETE FROM members.custom_value v USING ${customValueSet(4)}
   WHERE v.tenant_id = $1 AND v.field_id = r.field_id AND v.value = r.value AND v.member_id = r.member_id),
keywords_in AS (
  INSERT INTO members.keyword (tenant_id, kind, value, member_id) SELECT $1, kind, value, member_id FROM ${keywordSet(5)}),
external_ids_in AS (
  INSERT INTO members.external_id (tenant_id, system, value, member_id) SELECT $1, system, value, member_id FROM ${externalIdSet(6)})
INSERT INTO members.custom_value (tenant_id, field_id, value, member_id) SELECT $1, field_id, value, member_id FROM ${customValueSet(7)}
    ON CONFLICT DO NOTHING`

/** Writes changed profiles with their activities. */
export async function updateMembers(
  tx: Tx,
  o: { rows: readonly ChangedRow[]; activities: readonly ActivityRow[]; actor: ActorColumns; at: Date },
): Promise<void> {
  const rows = JSON.stringify(o.rows)
  await tx.query(update, [tx.tenantId, rows, o.at, JSON.stringify(o.activities), o.actor.kind, o.actor.id])
}

/** Takes rows out and puts rows in; no row is in both. */
export async function changeAttached(tx: Tx, out: Attached, into: Attached): Promise<void> {
  const sides = [out, into]
  const empty = sides.every((s) => s.keywords.length + s.externalIds.length + s.customValues.length === 0)
  if (empty) return
  const sets = sides.flatMap((s) => [s.keywords, s.externalIds, s.customValues].map((rows) => JSON.stringify(rows)))
  await tx.query(replaceAttached, [tx.tenantId, ...sets])
}

export interface ActorColumns {
  readonly kind: string
  readonly id: string | null
}

export async function insertActivities(tx: Tx, rows: readonly ActivityRow[], actor: ActorColumns): Promise<void> {
  await tx.query(activitiesFrom(2, 3, 4, 5), [tx.tenantId, JSON.stringify(rows), tx.now(), actor.kind, actor.id])
}
