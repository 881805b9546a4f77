import { createHash } from 'node:crypto'
import { Nullable, Problem, problems, Text, Timestamp, type Tx, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { v7 as uuidv7 } from 'uuid'

export const purgeJob = 'core.purge-plugin'
export const deletionJob = 'core.delete-organization'

/** A plan that somebody applies by sending its hash back; afterwards, how far it is. */
export const OperationView = Type.Object(
  {
    id: Uuid(),
    kind: Type.Union([Type.Literal('purge-plugin'), Type.Literal('delete-organization')], {
      description: 'What is done',
    }),
    target: Text(100, { description: 'Id of the plugin, or of the organisation' }),
    hash: Text(64),
    counts: Type.Record(Type.String({ maxLength: 128 }), Type.Integer(), {
      description: 'Rows that would be deleted, by table',
    }),
    problems: Type.Array(Text(500), { description: 'What keeps it from being applied', maxItems: 100 }),
    status: Type.Union(
      [Type.Literal('planned'), Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')],
      { description: 'Where it stands' },
    ),
    error: Nullable(Text(2000, { description: 'Why it failed' })),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Operation' },
)
export type OperationView = Static<typeof OperationView>

interface Row {
  id: string
  kind: OperationView['kind']
  target: string
  hash: string
  counts: Record<string, number>
  status: OperationView['status']
  error: string | null
  created_at: Date
  updated_at: Date
  version: number
}
const columns = 'id, kind, target, hash, counts, status, error, created_at, updated_at, version'
const viewOf = (row: Row): OperationView => {
  const { created_at, updated_at, ...rest } = row
  return { ...rest, problems: [], createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() }
}

/** The plan is its counts: whatever changes one of them makes it outdated. */
export const hashOf = (kind: string, target: string, counts: Record<string, number>): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, target, Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('hex')

export async function planOperation(
  tx: Tx,
  o: { kind: OperationView['kind']; target: string; counts: Record<string, number> },
): Promise<OperationView> {
  const [row] = await tx.query<Row>(
    `INSERT INTO core.operation (tenant_id, id, kind, target, hash, counts, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING ${columns}`,
    [tx.tenantId, uuidv7(), o.kind, o.target, hashOf(o.kind, o.target, o.counts), JSON.stringify(o.counts), tx.now()],
  )
  return viewOf(row!)
}

/** @throws Problem 404 */
export async function readOperation(
  tx: Tx,
  o: { kind: OperationView['kind']; target: string; id: string },
): Promise<OperationView> {
  const [row] = await tx.query<Row>(
    `SELECT ${columns} FROM core.operation WHERE tenant_id = $1 AND id = $2 AND kind = $3 AND target = $4`,
    [tx.tenantId, o.id, o.kind, o.target],
  )
  if (!row) throw new Problem(problems.notFound)
  return viewOf(row)
}

/**
 * Starts an operation whose plan still describes what there is.
 * @throws Problem 409 `plan-outdated` when the hash is another one or the counts changed, 409 when it was applied already
 */
export async function startOperation(
  tx: Tx,
  plan: OperationView,
  hash: string,
  counts: Record<string, number>,
): Promise<OperationView> {
  if (plan.hash !== hash || hashOf(plan.kind, plan.target, counts) !== hash) throw new Problem(problems.planOutdated)
  const [row] = await tx.query<Row>(
    `UPDATE core.operation SET status = 'running', updated_at = $3, version = version + 1
      WHERE tenant_id = $1 AND id = $2 AND status = 'planned' RETURNING ${columns}`,
    [tx.tenantId, plan.id, tx.now()],
  )
  if (!row) throw new Problem(problems.conflict, { detail: `The plan was applied already: it is ${plan.status}.` })
  return viewOf(row)
}

export const finishOperation = (
  tx: Tx,
  id: string,
  o: { status: 'done' } | { status: 'failed'; error: string },
): Promise<unknown> =>
  tx.query(
    `UPDATE core.operation SET status = $3, error = $4, updated_at = $5, version = version + 1 WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, o.status, o.status === 'failed' ? o.error.slice(0, 2000) : null, tx.now()],
  )
