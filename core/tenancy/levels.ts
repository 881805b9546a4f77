import { type Level, Problem, type ProblemError, problems, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'

export const levels = async (tx: Tx): Promise<Level[]> =>
  tx.query<Level & Record<string, unknown>>(
    'SELECT key, title, layer, children, roles FROM core.level WHERE tenant_id = $1 ORDER BY position, key',
    [tx.tenantId],
  )

/**
 * Puts levels in the place of those that stand: new ones are added, changed ones changed, missing ones removed. Groups
 * keep their places; what would leave one without its level or its place is refused, naming it.
 */
export async function replaceLevels(tx: Tx, wanted: readonly Level[]): Promise<boolean> {
  // One organisation's changes of the tree queue at its root, as those of tree.ts do.
  await tx.query('SELECT 1 FROM core."group" WHERE tenant_id = $1 AND parent_id IS NULL FOR UPDATE', [tx.tenantId])
  refuseContradictions(wanted)
  const before = await levels(tx)
  if (canonical(before) === canonical(wanted)) return false
  await setRootLevel(tx, wanted[0]?.key ?? null)
  await refuseOrphans(tx, wanted)
  const keys = wanted.map(({ key }) => key)
  await tx.query('DELETE FROM core.level WHERE tenant_id = $1 AND NOT (key = ANY($2::text[]))', [tx.tenantId, keys])
  for (const [position, level] of wanted.entries()) await putLevel(tx, level, position)
  if (layersDiffer(before, wanted)) await rewritePaths(tx)
  tx.accessChanged()
  return true
}

/** Keys are found in any spelling, so two that differ in case alone are one. */
function refuseContradictions(wanted: readonly Level[]): void {
  const errors: ProblemError[] = []
  const twice = (names: readonly string[], i: number) =>
    names.findIndex((name) => name.toLowerCase() === names[i]!.toLowerCase()) < i
  const keys = wanted.map(({ key }) => key)
  for (const [i, level] of wanted.entries()) {
    if (twice(keys, i)) errors.push({ pointer: `/levels/${i}/key`, message: `"${level.key}" is there twice` })
    for (const [at, child] of level.children.entries())
      if (!keys.includes(child))
        errors.push({
          pointer: `/levels/${i}/children/${at}`,
          message: `"${child}" is not a level (levels: ${keys.join(', ')})`,
        })
    const roles = level.roles.map(({ key }) => key)
    for (const at of roles.keys())
      if (twice(roles, at))
        errors.push({ pointer: `/levels/${i}/roles/${at}/key`, message: `"${roles[at]}" is there twice` })
  }
  if (errors.length > 0) throw new Problem(problems.validationFailed, { detail: errors[0]!.message, errors })
}

const putLevel = (tx: Tx, level: Level, position: number) =>
  tx.query(
    `INSERT INTO core.level (tenant_id, id, key, title, position, layer, children, roles)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (tenant_id, key) DO UPDATE SET title = excluded.title, position = excluded.position,
       layer = excluded.layer, children = excluded.children, roles = excluded.roles`,
    [tx.tenantId, uuidv7(), level.key, level.title, position, level.layer, level.children, JSON.stringify(level.roles)],
  )

const canonical = (all: readonly Level[]): string =>
  JSON.stringify(
    all.map(({ key, title, layer, children, roles }) => [
      [key, title, layer, children],
      roles.map((role) => [role.key, role.title, role.permissions, role.extent, role.maxHolders ?? null]),
    ]),
  )

const layersDiffer = (before: readonly Level[], after: readonly Level[]): boolean =>
  after.some(({ key, layer }) => (before.find((level) => level.key === key)?.layer ?? false) !== layer)

const setRootLevel = (tx: Tx, type: string | null) =>
  tx.query('UPDATE core."group" SET type = $2 WHERE tenant_id = $1 AND parent_id IS NULL', [tx.tenantId, type])

interface Placed {
  type: string
  parent_type: string | null
  names: string[]
  ids: string[]
}

/** Groups whose level is gone, or no longer allowed where they hang. */
async function refuseOrphans(tx: Tx, wanted: readonly Level[]): Promise<void> {
  const placed = await tx.query<Placed>(
    `SELECT g.type, p.type AS parent_type, array_agg(g.name ORDER BY g.path) AS names, array_agg(g.id ORDER BY g.path) AS ids
       FROM core."group" g LEFT JOIN core."group" p ON p.tenant_id = g.tenant_id AND p.id = g.parent_id
      WHERE g.tenant_id = $1 AND g.type IS NOT NULL GROUP BY g.type, p.type`,
    [tx.tenantId],
  )
  const orphans = placed.flatMap(({ type, parent_type, names, ids }) => {
    const why = misplaced(wanted, type, parent_type)
    return why === null ? [] : [{ says: `${why}: ${namesOf(names)}`, ids }]
  })
  if (orphans.length === 0) return
  throw new Problem(problems.inUse, {
    detail: `${orphans.map(({ says }) => says).join('. ')}. Move these groups or change their level first.`,
    extensions: { groups: orphans.flatMap(({ ids }) => ids).slice(0, 100) },
  })
}

function misplaced(wanted: readonly Level[], type: string, parentType: string | null): string | null {
  if (!wanted.some(({ key }) => key === type)) return `The level ${type} is used by`
  if (parentType === null) return null
  const parent = wanted.find(({ key }) => key === parentType)
  // A parent whose own level is gone is named itself.
  return !parent || parent.children.includes(type) ? null : `${type} below ${parentType} is used by`
}

const mostNames = 10
/** The first ten, and how many more there are. */
export const namesOf = (names: readonly string[]): string =>
  names.length > mostNames
    ? `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`
    : names.join(', ')

/**
 * A level that became a layer, or no longer is one, changes a sign in the paths of its groups and of all below. No new
 * path can be another group's old one, since each ends with its own id: one statement does not stumble over itself.
 */
const rewritePaths = (tx: Tx) =>
  tx.query(
    `WITH RECURSIVE made AS (
       SELECT g.id, g.path FROM core."group" g WHERE g.tenant_id = $1 AND g.parent_id IS NULL
       UNION ALL
       SELECT g.id, made.path || replace(g.id::text, '-', '') || CASE WHEN l.layer THEN '!' ELSE '/' END
         FROM made JOIN core."group" g ON g.tenant_id = $1 AND g.parent_id = made.id
         LEFT JOIN core.level l ON l.tenant_id = $1 AND l.key = g.type)
     UPDATE core."group" g SET path = made.path FROM made
      WHERE g.tenant_id = $1 AND g.id = made.id AND g.path <> made.path`,
    [tx.tenantId],
  )
