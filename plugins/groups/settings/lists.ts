import { type GenderGroup, invalid, Problem, problems, type Stage, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { fold, some } from '../words.ts'

export const genderGroups = (tx: Tx): Promise<GenderGroup[]> =>
  tx.query<GenderGroup & Record<string, unknown>>(
    'SELECT code, label FROM groups.gender_group WHERE tenant_id = $1 ORDER BY position, code',
    [tx.tenantId],
  )

export const stages = (tx: Tx): Promise<Stage[]> =>
  tx.query<Stage & Record<string, unknown>>(
    'SELECT label, min_age AS "minAge", max_age AS "maxAge" FROM groups.stage WHERE tenant_id = $1 ORDER BY position, label',
    [tx.tenantId],
  )

/** The code as the list has it. @throws Problem 400 with the codes there are */
export async function knownGenderGroup(tx: Tx, code: string): Promise<string> {
  const all = await genderGroups(tx)
  const found = all.find((one) => fold(one.code) === fold(code))
  if (!found)
    throw invalid(
      '/genderGroup',
      `is not in the list of the organisation: ${all.map((one) => one.code).join(', ') || 'it is empty'}`,
    )
  return found.code
}

/** The label as the list has it. @throws Problem 400 with the labels there are */
export async function knownStage(tx: Tx, label: string): Promise<string> {
  const all = await stages(tx)
  const found = all.find((one) => fold(one.label) === fold(label))
  if (!found)
    throw invalid(
      '/stage',
      `is not in the list of the organisation: ${all.map((one) => one.label).join(', ') || 'it is empty'}`,
    )
  return found.label
}

/** Puts a list in the place of the one that stands. @throws Problem 409 naming the groups that use what it lacks */
export async function replaceGenderGroups(tx: Tx, wanted: readonly GenderGroup[]): Promise<boolean> {
  if (JSON.stringify(await genderGroups(tx)) === JSON.stringify(wanted.map(({ code, label }) => ({ code, label }))))
    return false
  const codes = wanted.map(({ code }) => code)
  refuseTwice(codes, 'code')
  await refuseUsed(tx, { column: 'gender_group', what: 'gender group', kept: codes })
  await tx.query('DELETE FROM groups.gender_group WHERE tenant_id = $1 AND NOT (code = ANY($2::text[]))', [
    tx.tenantId,
    codes,
  ])
  for (const [position, { code, label }] of wanted.entries())
    await tx.query(
      `INSERT INTO groups.gender_group (tenant_id, id, code, label, position) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, code) DO UPDATE SET label = excluded.label, position = excluded.position`,
      [tx.tenantId, uuidv7(), code, label, position],
    )
  return true
}

/** Puts a list in the place of the one that stands. @throws Problem 409 naming the groups that use what it lacks */
export async function replaceStages(tx: Tx, wanted: readonly Stage[]): Promise<boolean> {
  const plain = wanted.map(({ label, minAge, maxAge }) => ({ label, minAge, maxAge }))
  if (JSON.stringify(await stages(tx)) === JSON.stringify(plain)) return false
  const labels = wanted.map(({ label }) => label)
  refuseTwice(labels, 'label')
  await refuseUsed(tx, { column: 'stage', what: 'stage', kept: labels })
  await tx.query('DELETE FROM groups.stage WHERE tenant_id = $1 AND NOT (label = ANY($2::text[]))', [
    tx.tenantId,
    labels,
  ])
  for (const [position, { label, minAge, maxAge }] of wanted.entries())
    await tx.query(
      `INSERT INTO groups.stage (tenant_id, id, label, position, min_age, max_age) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (tenant_id, label) DO UPDATE SET position = excluded.position, min_age = excluded.min_age, max_age = excluded.max_age`,
      [tx.tenantId, uuidv7(), label, position, minAge, maxAge],
    )
  return true
}

function refuseTwice(names: readonly string[], what: string): void {
  const twice = names.findIndex((name, i) => names.slice(0, i).some((other) => fold(other) === fold(name)))
  if (twice >= 0) throw invalid(`/${twice}/${what}`, `"${names[twice]}" is there twice`)
}

async function refuseUsed(
  tx: Tx,
  o: { column: 'gender_group' | 'stage'; what: string; kept: readonly string[] },
): Promise<void> {
  const used = await tx.query<{ entry: string; names: string[] }>(
    `SELECT d.${o.column} AS entry, array_agg(g.name ORDER BY d.name_key) AS names FROM groups.detail d
       JOIN core."group" g ON g.tenant_id = d.tenant_id AND g.id = d.id
      WHERE d.tenant_id = $1 AND d.${o.column} IS NOT NULL AND NOT (d.${o.column} = ANY($2::text[])) GROUP BY d.${o.column}`,
    [tx.tenantId, o.kept],
  )
  if (used.length > 0)
    throw new Problem(problems.inUse, {
      detail: `${used.map(({ entry, names }) => `The ${o.what} ${entry} is used by ${some(names)}`).join('. ')}. Change these groups first.`,
    })
}
