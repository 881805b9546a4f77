import { type GroupNode, groupPath, type Level, Problem, problems, type TreeService, type Tx } from '@guildhall/sdk'
import { levels, replaceLevels } from './levels.ts'

interface Row {
  id: string
  parent_id: string | null
  type: string | null
  name: string
  path: string
  depth: number
}
const columns = 'id, parent_id, type, name, path, depth'
const nodeOf = (row: Row): GroupNode => ({
  id: row.id,
  parentId: row.parent_id,
  type: row.type,
  name: row.name,
  path: row.path,
  depth: row.depth,
})

/** Deep enough for any federation; keeps paths within an index row. */
const mostDepth = 40

const isLayer = (levels: readonly Level[], type: string | null) =>
  levels.find((level) => level.key === type)?.layer === true

/** A plain group fits everywhere; a level only where its parent's level, or the organisation's first levels, allow it. */
function refuseMisplaced(all: readonly Level[], type: string | null, parent: GroupNode | null): void {
  if (type === null) return
  const level = all.find(({ key }) => key === type)
  if (!level) {
    const known = all.map(({ key }) => key).join(', ') || 'none'
    throw new Problem(problems.validationFailed, {
      errors: [{ pointer: '/type', message: `is not a level of this organisation (levels: ${known})` }],
    })
  }
  if (!parent || parent.type === null) return
  const allowed = all.find(({ key }) => key === parent.type)?.children ?? []
  if (!allowed.includes(type))
    throw new Problem(problems.validationFailed, {
      errors: [
        {
          pointer: '/type',
          message: `${type} is not allowed below ${parent.type} (allowed: ${allowed.join(', ') || 'plain groups'})`,
        },
      ],
    })
}

async function find(tx: Tx, where: string, bind: readonly unknown[], lock = ''): Promise<GroupNode | null> {
  const [row] = await tx.query<Row>(`SELECT ${columns} FROM core."group" WHERE tenant_id = $1 AND ${where} ${lock}`, [
    tx.tenantId,
    ...bind,
  ])
  return row ? nodeOf(row) : null
}

async function node(tx: Tx, id: string, lock = ''): Promise<GroupNode> {
  const found = await find(tx, 'id = $2', [id], lock)
  if (!found) throw new Problem(problems.notFound, { detail: 'There is no such group.' })
  return found
}

async function root(tx: Tx): Promise<GroupNode> {
  const found = await find(tx, 'parent_id IS NULL', [])
  if (!found) throw new Problem(problems.notFound, { detail: 'The organisation has no root group.' })
  return found
}

/** Rewrites the paths of a node and all below it. */
const rewrite = (tx: Tx, from: GroupNode, path: string, depth: number) =>
  tx.query(
    `UPDATE core."group" SET path = $3 || substr(path, length($2) + 1), depth = depth + $4
      WHERE tenant_id = $1 AND path >= $2 AND path < $2 || '~'`,
    [tx.tenantId, from.path, path, depth - from.depth],
  )

/** Where a tree changes, one organisation's changes queue: two moves at once could close a circle. */
const lockTree = (tx: Tx) =>
  tx.query('SELECT 1 FROM core."group" WHERE tenant_id = $1 AND parent_id IS NULL FOR UPDATE', [tx.tenantId])

export const tree: TreeService = {
  root,
  node,
  levels,
  replaceLevels,
  create: async (tx, { id, parentId, type, name }) => {
    const all = await levels(tx)
    const parent = parentId === null ? null : await node(tx, parentId, 'FOR SHARE')
    refuseMisplaced(all, type, parent)
    const depth = parent ? parent.depth + 1 : 0
    if (depth > mostDepth) throw new Problem(problems.conflict, { detail: `Groups nest at most ${mostDepth} deep.` })
    const path = groupPath(parent?.path ?? '', id, parent === null || isLayer(all, type))
    await tx.query(
      'INSERT INTO core."group" (tenant_id, id, parent_id, type, name, path, depth) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [tx.tenantId, id, parentId, type, name, path, depth],
    )
    return { id, parentId, type, name, path, depth }
  },
  rename: async (tx, id, change) => {
    await lockTree(tx)
    const before = await node(tx, id)
    const type = change.type === undefined ? before.type : change.type
    const name = change.name ?? before.name
    const all = await levels(tx)
    if (type !== before.type) {
      refuseMisplaced(all, type, before.parentId ? await node(tx, before.parentId) : null)
      const children = await tx.query<{ type: string }>(
        'SELECT DISTINCT type FROM core."group" WHERE tenant_id = $1 AND parent_id = $2 AND type IS NOT NULL',
        [tx.tenantId, id],
      )
      for (const child of children) refuseMisplaced(all, child.type, { ...before, type })
    }
    await tx.query('UPDATE core."group" SET name = $3, type = $4 WHERE tenant_id = $1 AND id = $2', [
      tx.tenantId,
      id,
      name,
      type,
    ])
    const parentPath = before.path.slice(0, before.path.length - 33)
    const path = groupPath(parentPath, id, before.parentId === null || isLayer(all, type))
    if (path !== before.path) {
      await rewrite(tx, before, path, before.depth)
      tx.accessChanged()
    }
    return { ...before, name, type, path }
  },
  move: async (tx, id, parentId) => {
    await lockTree(tx)
    const [moving, parent] = [await node(tx, id), await node(tx, parentId)]
    if (moving.parentId === null)
      throw new Problem(problems.conflict, { detail: 'The root of the organisation cannot be moved.' })
    if (parent.path.startsWith(moving.path))
      throw new Problem(problems.conflict, { detail: 'A group cannot be moved below itself.' })
    const all = await levels(tx)
    refuseMisplaced(all, moving.type, parent)
    const depth = parent.depth + 1
    const path = groupPath(parent.path, id, isLayer(all, moving.type))
    await tx.query('UPDATE core."group" SET parent_id = $3 WHERE tenant_id = $1 AND id = $2', [
      tx.tenantId,
      id,
      parentId,
    ])
    await rewrite(tx, moving, path, depth)
    tx.accessChanged()
    return { ...moving, parentId, path, depth }
  },
  remove: async (tx, id) => {
    await lockTree(tx)
    const gone = await node(tx, id)
    if (gone.parentId === null)
      throw new Problem(problems.conflict, { detail: 'The root of the organisation cannot be deleted.' })
    const [children] = await tx.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM core."group" WHERE tenant_id = $1 AND parent_id = $2',
      [tx.tenantId, id],
    )
    if (children && children.n > 0)
      throw new Problem(problems.inUse, {
        detail: `The group has ${children.n} groups below it. Move or delete them first.`,
      })
    await tx.query('DELETE FROM core."group" WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id])
    tx.accessChanged()
  },
}
