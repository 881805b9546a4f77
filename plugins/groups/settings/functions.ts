import {
  type AccessService,
  invalid,
  type Level,
  organizationDay,
  Problem,
  problems,
  type RoleType,
  type TreeService,
  type Tx,
} from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { functions, plainMember, RoleTypes } from '../seats/role-types.ts'
import { fold, some, wordsOf } from '../words.ts'

/** Puts the organisation's functions in the place of those that stand. @throws Problem 400, 403, 409 naming who holds what is missing */
export async function replaceFunctions(
  tx: Tx,
  o: { tree: TreeService; access: AccessService },
  wanted: readonly RoleType[],
): Promise<boolean> {
  const before = await functions(tx)
  if (canonical(before) === canonical(wanted)) return false
  const keys = wanted.map(({ key }) => fold(key))
  const twice = keys.findIndex((key, i) => keys.indexOf(key) !== i)
  if (twice >= 0) throw invalid(`/functions/${twice}/key`, `"${wanted[twice]!.key}" is there twice`)
  await requireNewRights(tx, o.access, before, wanted)
  await tx.query('DELETE FROM groups.function WHERE tenant_id = $1 AND NOT (key = ANY($2::text[]))', [
    tx.tenantId,
    wanted.map(({ key }) => key),
  ])
  for (const [position, role] of wanted.entries()) await putFunction(tx, role, position)
  await refuseLostRoles(tx, await o.tree.levels(tx))
  tx.accessChanged()
  return true
}

/** A mere function with this title, at the end of the list; one of that key stays as it is. */
export async function addFunction(tx: Tx, title: string): Promise<void> {
  const key = wordsOf(title).join('-').slice(0, 60) || fold(title).slice(0, 60)
  const all = await functions(tx)
  if (all.some((role) => fold(role.key) === key)) return
  await putFunction(tx, { key, title: title.slice(0, 200), permissions: [], extent: 'group' }, all.length)
}

const putFunction = (tx: Tx, role: RoleType, position: number) =>
  tx.query(
    `INSERT INTO groups.function (tenant_id, id, key, title, permissions, extent, max_holders, position)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (tenant_id, key) DO UPDATE SET title = excluded.title, permissions = excluded.permissions, extent = excluded.extent,
       max_holders = excluded.max_holders, position = excluded.position`,
    [tx.tenantId, uuidv7(), role.key, role.title, role.permissions, role.extent, role.maxHolders ?? null, position],
  )

const canonical = (roles: readonly RoleType[]): string =>
  JSON.stringify(roles.map((role) => [role.key, role.title, role.permissions, role.extent, role.maxHolders ?? null]))

/**
 * A role type that carries more than before gives it to all who hold it, and to whoever gets it later: who defines it
 * must hold it in the whole organisation himself.
 */
export async function requireNewRights(
  tx: Tx,
  access: AccessService,
  before: readonly RoleType[],
  after: readonly RoleType[],
): Promise<void> {
  const added = after.flatMap((role) => {
    const old = before.find(({ key }) => key === role.key)
    return old?.extent === role.extent
      ? role.permissions.filter((one) => !old.permissions.includes(one))
      : role.permissions
  })
  if (added.length > 0) await access.requireHeld(tx, { permissions: [...new Set(added)], path: '', extent: 'below' })
}

interface HeldRole {
  type: string | null
  role: string
  names: string[]
}
/** @throws Problem 409 when a running or coming seat has a role that its group no longer offers */
export async function refuseLostRoles(tx: Tx, levels: readonly Level[]): Promise<void> {
  const held = await tx.query<HeldRole>(
    `SELECT g.type, s.role, array_agg(DISTINCT m.display_name) AS names FROM groups.seat s
       JOIN core."group" g ON g.tenant_id = s.tenant_id AND g.id = s.group_id
       JOIN members.member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id AND m.deleted_at IS NULL
      WHERE s.tenant_id = $1 AND s.role <> $2 AND s.ends_before > ${organizationDay('$3::timestamptz')} GROUP BY g.type, s.role`,
    [tx.tenantId, plainMember.key, tx.now()],
  )
  const types = new RoleTypes(levels, await functions(tx))
  const lost = held.filter(({ type, role }) => !types.of(type).some(({ key }) => key === role))
  if (lost.length > 0)
    throw new Problem(problems.inUse, {
      detail: `${lost.map(({ type, role, names }) => `The role ${role}${type ? ` of ${type}` : ''} is held by ${some(names)}`).join('. ')}. End these seats or change their roles first.`,
    })
}
