import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { CustomField } from '../custom-fields/definition.ts'
import { comparableRows } from '../custom-fields/value.ts'

export async function insertCustomField(tx: Tx, field: CustomField): Promise<void> {
  await tx.query(
    `INSERT INTO members.custom_field (tenant_id, id, key, title, description, type, options, required, filterable,
                                       own_view, position, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
    [
      tx.tenantId,
      field.id,
      field.key,
      field.title,
      field.description,
      field.type,
      field.options,
      field.required,
      field.filterable,
      field.ownView,
      field.position,
      field.createdAt,
    ],
  )
}

/** @throws Problem 409 when an option that goes is in use */
export async function updateCustomField(tx: Tx, before: CustomField, after: CustomField): Promise<void> {
  const gone = before.options.filter((option) => !after.options.includes(option))
  if (gone.length > 0) {
    const [used] = await tx.query<{ members: number }>(
      `SELECT count(*)::integer AS members FROM members.member m
        WHERE m.tenant_id = $1 AND m.deleted_at IS NULL AND m.custom_fields -> $2 ?| $3::text[]`,
      [tx.tenantId, before.key, gone],
    )
    if (used!.members > 0)
      throw new Problem(problems.inUse, { detail: `${used!.members} members have one of: ${gone.join(', ')}.` })
  }
  await tx.query(
    `UPDATE members.custom_field SET title = $3, description = $4, options = $5, required = $6, filterable = $7,
            own_view = $8, position = $9, updated_at = $10, version = $11
      WHERE tenant_id = $1 AND id = $2`,
    [
      tx.tenantId,
      after.id,
      after.title,
      after.description,
      after.options,
      after.required,
      after.filterable,
      after.ownView,
      after.position,
      after.updatedAt,
      after.version,
    ],
  )
}

/** Writes the comparable values of all members anew, a thousand at a time; a field that is not filterable has none. */
export async function refillCustomValues(tx: Tx, field: CustomField): Promise<void> {
  await tx.query('DELETE FROM members.custom_value WHERE tenant_id = $1 AND field_id = $2', [tx.tenantId, field.id])
  if (!field.filterable) return
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const rows = await tx.query<{ id: string; value: unknown }>(
      `SELECT id, custom_fields -> $2 AS value FROM members.member
        WHERE tenant_id = $1 AND custom_fields ? $2 AND id > $3 ORDER BY id LIMIT 1000`,
      [tx.tenantId, field.key, after],
    )
    if (rows.length === 0) return
    const values = rows.flatMap(({ id, value }) =>
      comparableRows([field], { [field.key]: value }).map((row) => ({ ...row, member_id: id })),
    )
    await tx.query(
      `INSERT INTO members.custom_value (tenant_id, field_id, value, member_id)
       SELECT $1, field_id, value, member_id FROM json_to_recordset($2) AS r (field_id uuid, value text, member_id uuid)
           ON CONFLICT DO NOTHING`,
      [tx.tenantId, JSON.stringify(values)],
    )
    after = rows.at(-1)!.id
  }
}

/** @throws Problem 409 with the number of members that have a value */
export async function deleteCustomField(tx: Tx, field: CustomField): Promise<void> {
  const [used] = await tx.query<{ members: number }>(
    `SELECT count(*)::integer AS members FROM members.member m
      WHERE m.tenant_id = $1 AND m.deleted_at IS NULL AND m.custom_fields ? $2`,
    [tx.tenantId, field.key],
  )
  if (used!.members > 0)
    throw new Problem(problems.inUse, {
      detail: `${used!.members} members have a value in "${field.title}".`,
      extensions: { members: used!.members },
    })
  await tx.query('DELETE FROM members.custom_field WHERE tenant_id = $1 AND id = $2', [tx.tenantId, field.id])
}
