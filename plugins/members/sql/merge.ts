import type { Tx } from '@guildhall/sdk'
import type { Choices } from '../service/merge.ts'

export interface MergeRow {
  readonly id: string
  readonly winner_id: string
  readonly loser_id: string
  readonly choices: Choices
  readonly hash: string
  readonly state: 'planned' | 'applied'
  readonly moved: Record<string, number>
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}
const columns = 'id, winner_id, loser_id, choices, hash, state, moved, created_at, updated_at, version'

export async function insertMerge(
  tx: Tx,
  o: { id: string; winnerId: string; loserId: string; choices: Choices; hash: string },
): Promise<MergeRow> {
  const [row] = await tx.query<MergeRow>(
    `INSERT INTO members.merge (tenant_id, id, winner_id, loser_id, choices, hash, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING ${columns}`,
    [tx.tenantId, o.id, o.winnerId, o.loserId, JSON.stringify(o.choices), o.hash, tx.now()],
  )
  return row!
}

export async function readMerge(tx: Tx, o: { id: string; winnerId: string }): Promise<MergeRow | undefined> {
  const [row] = await tx.query<MergeRow>(
    `SELECT ${columns} FROM members.merge WHERE tenant_id = $1 AND id = $2 AND winner_id = $3`,
    [tx.tenantId, o.id, o.winnerId],
  )
  return row
}

/** Once: whoever comes second finds no planned row. */
export async function claimMerge(tx: Tx, o: { id: string; winnerId: string }): Promise<MergeRow | undefined> {
  const [row] = await tx.query<MergeRow>(
    `UPDATE members.merge SET state = 'applied', updated_at = $4, version = version + 1
      WHERE tenant_id = $1 AND id = $2 AND winner_id = $3 AND state = 'planned' RETURNING ${columns}`,
    [tx.tenantId, o.id, o.winnerId, tx.now()],
  )
  return row
}

export async function noteMoved(tx: Tx, id: string, moved: Readonly<Record<string, number>>): Promise<void> {
  await tx.query('UPDATE members.merge SET moved = $3 WHERE tenant_id = $1 AND id = $2', [
    tx.tenantId,
    id,
    JSON.stringify(moved),
  ])
}

/** Moves the log, households, guardians, older aliases, and how he came here; what the winner has already is left with the loser. */
export async function moveOwnRows(tx: Tx, o: { winnerId: string; loserId: string }): Promise<Record<string, number>> {
  const bind = [tx.tenantId, o.winnerId, o.loserId]
  const count = async (sql: string): Promise<number> => (await tx.query(`${sql} RETURNING 1`, bind)).length
  const activities = await count('UPDATE members.activity SET member_id = $2 WHERE tenant_id = $1 AND member_id = $3')
  const households = await count(
    `UPDATE members.household_member l SET member_id = $2 WHERE l.tenant_id = $1 AND l.member_id = $3
        AND NOT EXISTS (SELECT 1 FROM members.household_member w WHERE w.tenant_id = $1 AND w.member_id = $2
          AND w.household_id = l.household_id AND daterange(w.from_on, w.until_on) && daterange(l.from_on, l.until_on))`,
  )
  const guardians = await count(
    `UPDATE members.guardian l SET guardian_id = $2 WHERE l.tenant_id = $1 AND l.guardian_id = $3 AND l.ward_id <> $2
        AND NOT EXISTS (SELECT 1 FROM members.guardian w WHERE w.tenant_id = $1 AND w.guardian_id = $2
          AND w.ward_id = l.ward_id AND daterange(w.from_on, w.until_on) && daterange(l.from_on, l.until_on))`,
  )
  const wards = await count(
    `UPDATE members.guardian l SET ward_id = $2 WHERE l.tenant_id = $1 AND l.ward_id = $3 AND l.guardian_id <> $2
        AND NOT EXISTS (SELECT 1 FROM members.guardian w WHERE w.tenant_id = $1 AND w.ward_id = $2
          AND w.guardian_id = l.guardian_id AND daterange(w.from_on, w.until_on) && daterange(l.from_on, l.until_on))`,
  )
  await tx.query('UPDATE members.member_alias SET member_id = $2 WHERE tenant_id = $1 AND member_id = $3', bind)
  await tx.query('INSERT INTO members.member_alias (tenant_id, alias_id, member_id) VALUES ($1, $3, $2)', bind)
  for (const table of ['registration', 'invitation'])
    await tx.query(`UPDATE members.${table} SET member_id = $2 WHERE tenant_id = $1 AND member_id = $3`, bind)
  await tx.query('DELETE FROM members.duplicate_pair WHERE tenant_id = $1 AND (first_id = $2 OR second_id = $2)', [
    tx.tenantId,
    o.loserId,
  ])
  return { activities, households, guardians, wards }
}
