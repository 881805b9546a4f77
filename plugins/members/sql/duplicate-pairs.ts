import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { DuplicatePair } from '../routes/duplicates.ts'

interface Side {
  id: string
  displayName: string
  firstName: string | null
  lastName: string | null
  photoUrl: string | null
  email: string | null
  birthday: string | null
}
export interface PairRow {
  readonly id: string
  readonly score: number
  readonly reasons: string[]
  readonly state: DuplicatePair['state']
  readonly first: Side
  readonly second: Side
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}

const side = (alias: string): string =>
  `json_build_object('id', ${alias}.id, 'displayName', ${alias}.display_name, 'firstName', ${alias}.first_name,
     'lastName', ${alias}.last_name, 'photoUrl', ${alias}.photo_url, 'email', ${alias}.email, 'birthday', ${alias}.birthday)`

export const pairColumns = `p.id, p.score, p.reasons, p.state, p.created_at, p.updated_at, p.version,
  ${side('a')} AS first, ${side('b')} AS second`
export const pairTables = `members.duplicate_pair p
  JOIN members.member a ON a.tenant_id = p.tenant_id AND a.id = p.first_id
  JOIN members.member b ON b.tenant_id = p.tenant_id AND b.id = p.second_id`

export const pairOf = (row: PairRow): DuplicatePair => ({
  id: row.id,
  members: [row.first, row.second],
  score: row.score,
  reasons: row.reasons,
  state: row.state,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

/** A pair of two who are both there. @throws Problem 404 */
export async function readPair(tx: Tx, id: string): Promise<DuplicatePair> {
  const [row] = await tx.query<PairRow>(
    `SELECT ${pairColumns} FROM ${pairTables}
      WHERE p.tenant_id = $1 AND p.id = $2 AND a.deleted_at IS NULL AND b.deleted_at IS NULL FOR UPDATE OF p`,
    [tx.tenantId, id],
  )
  if (!row) throw new Problem(problems.notFound)
  return pairOf(row)
}

export async function setPairState(tx: Tx, id: string, state: DuplicatePair['state']): Promise<void> {
  await tx.query(
    `UPDATE members.duplicate_pair SET state = $3, updated_at = $4, version = version + 1
      WHERE tenant_id = $1 AND id = $2 AND state <> $3`,
    [tx.tenantId, id, state, tx.now()],
  )
}
