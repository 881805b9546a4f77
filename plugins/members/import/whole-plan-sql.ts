/** What is asked of all rows of a plan at once: which repeat each other, how many do what, and the hash of it all. */
import type { Tx } from '@guildhall/sdk'
import type { Counts, RowOutcome } from './import-schema.ts'

/**
 * Joins over all rows of an import without loops: a fresh plan has no statistics, and taking its 100,000 rows for one
 * makes a loop of loops of them.
 */
export async function joiningMany<R>(tx: Tx, fn: () => Promise<R>): Promise<R> {
  await tx.query(`SELECT set_config('enable_nestloop', 'off', true)`)
  const result = await fn()
  await tx.query(`SELECT set_config('enable_nestloop', 'on', true)`)
  return result
}

interface Sameness {
  readonly key: string
  readonly of: string
  readonly field: string
  readonly reason: string
  readonly accepted: string
  /** Rows that are not imported themselves count as earlier ones. Default false. */
  readonly whatever?: true
}

/** How rows of one file turn out to be about one person; the first of them stands. */
const sameness = (sharing: boolean): readonly Sameness[] => [
  {
    key: 'external_key',
    of: 'external_key',
    whatever: true,
    field: 'externalId',
    reason: 'The same number as in row',
    accepted: 'each number once',
  },
  {
    key: 'email_key',
    // Members of a family have names, numbers or birthdays of their own.
    of: sharing ? `email_key, data->>'called', external_key, data->'input'->>'birthday'` : 'email_key',
    field: 'email',
    reason: 'The same e-mail address as in row',
    accepted: 'each address once, or a blank cell',
  },
  {
    key: 'name_key',
    of: 'name_key, birthday',
    field: 'lastName',
    reason: 'The same name, and nothing that tells them apart, as in row',
    accepted: 'a number, e-mail address or birthday that tells them apart',
  },
  {
    key: 'target_id',
    of: 'target_id',
    field: 'recordId',
    reason: 'The same member as in row',
    accepted: 'each member once',
  },
]

/** Marks rows that repeat an earlier one of the file. */
export async function markRepeated(
  tx: Tx,
  importId: string,
  o: { headerOf: (field: string) => string | null; sharing: boolean },
): Promise<void> {
  const standing = `outcome IN ('create', 'update', 'unchanged')`
  for (const { key, of, field, reason, accepted, whatever } of sameness(o.sharing)) {
    await tx.query(
      `WITH repeated AS (
         SELECT number, first
           FROM (SELECT number, first_value(number) OVER (PARTITION BY ${of} ORDER BY number) AS first
                   FROM members.import_row
                  WHERE tenant_id = $1 AND import_id = $2 AND ${key} IS NOT NULL${whatever ? '' : ` AND ${standing}`}) seen
          WHERE first < number)
       UPDATE members.import_row r
          SET outcome = 'conflict', data = NULL, target_id = NULL, target_version = NULL,
              problems = jsonb_build_array(jsonb_build_object('column', $3::text, 'value', r.${key}::text,
                'reason', $4::text || ' ' || s.first || '.', 'accepted', $5::text))
         FROM repeated s
        WHERE r.tenant_id = $1 AND r.import_id = $2 AND r.number = s.number AND r.${standing}`,
      [tx.tenantId, importId, o.headerOf(field), reason, accepted],
    )
  }
}

/** Marks rows with the address of an earlier one, which keeps it. @returns how many rows share one, with those of members */
export async function markShared(tx: Tx, importId: string): Promise<number> {
  await tx.query(
    `UPDATE members.import_row r SET data = r.data || '{"sharesEmail": true}'
       FROM (SELECT number, first_value(number) OVER (PARTITION BY email_key ORDER BY number) AS first
               FROM members.import_row
              WHERE tenant_id = $1 AND import_id = $2 AND email_key IS NOT NULL
                AND outcome IN ('create', 'update', 'unchanged')) s
      WHERE r.tenant_id = $1 AND r.import_id = $2 AND r.number = s.number AND s.first < s.number AND r.data IS NOT NULL`,
    [tx.tenantId, importId],
  )
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM members.import_row
      WHERE tenant_id = $1 AND import_id = $2 AND data @> '{"sharesEmail": true}'`,
    [tx.tenantId, importId],
  )
  return row!.count
}

export async function countOutcomes(tx: Tx, importId: string): Promise<Counts> {
  const rows = await tx.query<{ outcome: RowOutcome; count: number }>(
    `SELECT outcome, count(*)::integer AS count FROM members.import_row
      WHERE tenant_id = $1 AND import_id = $2 GROUP BY outcome`,
    [tx.tenantId, importId],
  )
  const counts: Counts = { create: 0, update: 0, unchanged: 0, conflict: 0, error: 0 }
  for (const { outcome, count } of rows) counts[outcome] = count
  return counts
}

/** Of what every row does to which version of what. */
export async function hashRows(tx: Tx, importId: string): Promise<string> {
  const [row] = await tx.query<{ hash: string }>(
    `SELECT encode(sha256(coalesce(string_agg(md5(concat_ws(':', number, outcome, target_id, target_version, data)), ''
                                              ORDER BY number), '')::bytea), 'hex') AS hash
       FROM members.import_row WHERE tenant_id = $1 AND import_id = $2`,
    [tx.tenantId, importId],
  )
  return row!.hash
}
