import { invalid, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { foldText } from '../normalise.ts'
import type { Household, HouseholdInput } from '../routes/households.ts'

export interface HouseholdRow {
  readonly id: string
  readonly name: string
  readonly address: Household['address']
  readonly members: Household['members']
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}

export const householdColumns = `h.id, h.name, h.address, h.created_at, h.updated_at, h.version,
  coalesce((SELECT json_agg(json_build_object('memberId', i.member_id, 'displayName', m.display_name, 'part', i.part,
              'from', i.from_on, 'until', i.until_on) ORDER BY i.from_on, i.id)
     FROM members.household_member i
     JOIN members.member m ON m.tenant_id = i.tenant_id AND m.id = i.member_id AND m.deleted_at IS NULL
    WHERE i.tenant_id = h.tenant_id AND i.household_id = h.id), '[]') AS members`

export const householdOf = (row: HouseholdRow): Household => ({
  id: row.id,
  name: row.name,
  address: row.address,
  members: row.members,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

/** @param o.lock to be changed: nobody else does until the unit ends */
export async function readHousehold(tx: Tx, id: string, o: { lock?: boolean } = {}): Promise<Household | undefined> {
  const [row] = await tx.query<HouseholdRow>(
    `SELECT ${householdColumns} FROM members.household h WHERE h.tenant_id = $1 AND h.id = $2${o.lock ? ' FOR UPDATE OF h' : ''}`,
    [tx.tenantId, id],
  )
  return row && householdOf(row)
}

export async function saveHousehold(
  tx: Tx,
  o: { id: string; name: string; address: Household['address'] },
): Promise<void> {
  await tx.query(
    `INSERT INTO members.household (tenant_id, id, name, name_key, address, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (tenant_id, id) DO UPDATE SET name = $3, name_key = $4, address = $5, updated_at = $6,
            version = members.household.version + 1`,
    [tx.tenantId, o.id, o.name, foldText(o.name), o.address === null ? null : JSON.stringify(o.address), tx.now()],
  )
}

/** Who is named belongs to it from his day on; who is not named any more ends today, and stays as history. */
export async function setInhabitants(
  tx: Tx,
  householdId: string,
  named: NonNullable<HouseholdInput['members']>,
  today: string,
): Promise<void> {
  const ids = named.map(({ memberId }) => memberId)
  for (const [i, id] of ids.entries())
    if (ids.indexOf(id) !== i) throw invalid(`/members/${i}/memberId`, 'Name each member once', { code: 'unique' })
  const entered = await enteredOn(tx, householdId, ids, today)
  for (const [i, { memberId, from, until }] of named.entries())
    if (until && until < (from ?? entered.get(memberId) ?? today))
      throw invalid(`/members/${i}/until`, 'The end lies before the beginning', { code: 'minimum' })
  const living = await tx.query<{ id: string }>(
    'SELECT id FROM members.member WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL',
    [tx.tenantId, ids],
  )
  const there = new Set(living.map(({ id }) => id))
  const missing = ids.findIndex((id) => !there.has(id))
  if (missing >= 0) throw invalid(`/members/${missing}/memberId`, 'No member has this id', { code: 'exists' })
  await tx.query(
    `UPDATE members.household_member SET until_on = greatest(from_on, $4::date)
      WHERE tenant_id = $1 AND household_id = $2 AND NOT member_id = ANY($3::uuid[])
        AND (until_on IS NULL OR until_on > $4::date)`,
    [tx.tenantId, householdId, ids, today],
  )
  // Who comes is written before those who were there may end in the past: he would look like one of them.
  await tx.query(
    `INSERT INTO members.household_member (tenant_id, id, household_id, member_id, part, from_on, until_on)
     SELECT $1, r.id, $2, r."memberId", r.part, coalesce(r."from", $4::date), r.until
       FROM json_to_recordset($3) AS r (id uuid, "memberId" uuid, part text, "from" date, until date)
      WHERE NOT EXISTS (SELECT 1 FROM members.household_member h WHERE h.tenant_id = $1 AND h.household_id = $2
              AND h.member_id = r."memberId" AND (h.until_on IS NULL OR h.until_on > $4::date))`,
    [tx.tenantId, householdId, JSON.stringify(named.map((one) => ({ ...one, id: uuidv7() }))), today],
  )
  await tx.query(
    `UPDATE members.household_member h SET part = r.part, until_on = r.until, from_on = coalesce(r.from, h.from_on)
       FROM json_to_recordset($3) AS r ("memberId" uuid, part text, "from" date, until date)
      WHERE h.tenant_id = $1 AND h.household_id = $2 AND h.member_id = r."memberId"
        AND (h.until_on IS NULL OR h.until_on > $4::date)`,
    [tx.tenantId, householdId, JSON.stringify(named), today],
  )
}

/** Since when those who are there have been; whoever is not begins today. */
async function enteredOn(
  tx: Tx,
  householdId: string,
  ids: readonly string[],
  today: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ member_id: string; from_on: string }>(
    `SELECT member_id, from_on FROM members.household_member
      WHERE tenant_id = $1 AND household_id = $2 AND member_id = ANY($3::uuid[])
        AND (until_on IS NULL OR until_on > $4::date)`,
    [tx.tenantId, householdId, ids, today],
  )
  return new Map(rows.map(({ member_id, from_on }) => [member_id, from_on]))
}

export async function deleteHousehold(tx: Tx, id: string): Promise<void> {
  await tx.query('DELETE FROM members.household WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id])
}
