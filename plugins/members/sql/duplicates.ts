/** Who may be one person. Rules and scores: the same e-mail 100, name and birthday 95, phone and first name 75, name 60. */
import type { Tx } from '@guildhall/sdk'

export interface CandidateRow {
  readonly key: string
  readonly name_key: string
  readonly email_key: string | null
  readonly birthday: string | null
}
export interface MatchRow {
  readonly key: string
  readonly id: string
  readonly same_email: boolean
  readonly same_name: boolean
  readonly same_birthday: boolean
}

/** Living members that look like one of the candidates; at most 20 each. */
export async function matches(tx: Tx, candidates: readonly CandidateRow[]): Promise<MatchRow[]> {
  return tx.query<MatchRow>(
    `SELECT c.key, m.id, coalesce(m.email_key = c.email_key, false) AS same_email, m.name_key = c.name_key AS same_name,
            coalesce(m.birthday = c.birthday, false) AS same_birthday
       FROM json_to_recordset($2) AS c (key text, name_key text, email_key text, birthday date)
      CROSS JOIN LATERAL (
        SELECT e.* FROM members.member e
         WHERE e.tenant_id = $1 AND e.deleted_at IS NULL AND e.email_key IS NOT NULL AND e.email_key = c.email_key
        UNION
        SELECT n.* FROM members.member n
         WHERE n.tenant_id = $1 AND n.deleted_at IS NULL AND n.name_key = c.name_key
           AND (n.birthday = c.birthday OR n.birthday IS NULL OR c.birthday IS NULL)
         LIMIT 20) m`,
    [tx.tenantId, JSON.stringify(candidates)],
  )
}

/**
 * Notes every pair of living members that look like one person; pairs somebody called different stay so.
 * @returns how many pairs are open after it
 */
export async function scanForDuplicates(tx: Tx): Promise<number> {
  await tx.query(`DELETE FROM members.duplicate_pair p WHERE p.tenant_id = $1 AND p.state = 'open'`, [tx.tenantId])
  const [found] = await tx.query<{ open: number }>(
    `WITH living AS (
       SELECT id, name_key, first_name_key, phone_key, birthday FROM members.member
        WHERE tenant_id = $1 AND deleted_at IS NULL),
     named AS (
       SELECT a.id AS first_id, b.id AS second_id,
              CASE WHEN a.birthday = b.birthday THEN 95 ELSE 60 END AS score,
              CASE WHEN a.birthday = b.birthday THEN ARRAY['name', 'birthday'] ELSE ARRAY['name'] END AS reasons
         FROM living a JOIN living b ON a.name_key = b.name_key AND a.id < b.id
        WHERE a.birthday = b.birthday OR a.birthday IS NULL OR b.birthday IS NULL),
     phoned AS (
       SELECT a.id, b.id, 75, ARRAY['phone', 'name']
         FROM living a JOIN living b ON a.phone_key = b.phone_key AND a.first_name_key = b.first_name_key AND a.id < b.id
        WHERE a.birthday = b.birthday OR a.birthday IS NULL OR b.birthday IS NULL),
     best AS (
       SELECT DISTINCT ON (first_id, second_id) first_id, second_id, score, reasons
         FROM (SELECT * FROM named UNION ALL SELECT * FROM phoned) p
        ORDER BY first_id, second_id, score DESC),
     noted AS (
       INSERT INTO members.duplicate_pair (tenant_id, id, first_id, second_id, score, reasons, created_at, updated_at)
       SELECT $1, gen_random_uuid(), first_id, second_id, score, reasons, $2, $2 FROM best
           ON CONFLICT (tenant_id, first_id, second_id) DO NOTHING
       RETURNING 1)
     SELECT count(*)::integer AS open FROM noted`,
    [tx.tenantId, tx.now()],
  )
  return found!.open
}
