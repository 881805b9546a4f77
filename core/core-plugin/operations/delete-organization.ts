import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tx } from '@guildhall/sdk'
import { platformAuditor } from '../../auth/audit-platform.ts'
import { countRows, tenantTables } from '../../database/tenant-tables.ts'
import { changedChannel } from '../../invalidation/listener.ts'
import { readOrganization } from '../../tenancy/organizations.ts'
import type { Surroundings } from '../surroundings.ts'
import {
  deletionJob,
  finishOperation,
  type OperationView,
  planOperation,
  readOperation,
  startOperation,
} from './operations.ts'

const kind = 'delete-organization'

/** Everything an organisation has, counted; `tx` runs on the platform's connections. */
export async function planDeletion(tx: Tx): Promise<OperationView> {
  await readOrganization(tx)
  return planOperation(tx, { kind, target: tx.tenantId, counts: await everything(tx) })
}

export async function applyDeletion(tx: Tx, id: string, hash: string): Promise<OperationView> {
  const plan = await readOperation(tx, { kind, target: tx.tenantId, id })
  await readOrganization(tx, { lock: true })
  const started = await startOperation(tx, plan, hash, await everything(tx))
  await tx.enqueue(deletionJob, { operation: id }, { key: id })
  return started
}

/** Works for an organisation that is gone as well: the record of the deletion stays. */
export const readDeletion = (tx: Tx, id: string): Promise<OperationView> =>
  readOperation(tx, { kind, target: tx.tenantId, id })

/**
 * Rows, waiting jobs and files. What is left is the record of the operation and a row in the platform's own trail. A job
 * that died behind its commit comes again, for what no transaction takes.
 */
export async function runDeletion(
  { runtime, dataDir }: Pick<Surroundings, 'runtime' | 'dataDir'>,
  tenantId: string,
  id: string,
): Promise<void> {
  const actor = { kind: 'system', reason: 'organization delete' } as const
  const done = await runtime.platformUnits.run({ tenantId, actor }, async (tx) => {
    const [row] = await tx.query<{ status: string }>(
      'SELECT status FROM core.operation WHERE tenant_id = $1 AND id = $2 FOR UPDATE',
      [tenantId, id],
    )
    if (row?.status !== 'running') return row?.status === 'done'
    for (const { name } of await tenantTables(tx))
      if (!kept.has(name)) await tx.query(`DELETE FROM ${name} WHERE tenant_id = $1`, [tenantId])
    await tx.query('DELETE FROM core.tenant WHERE id = $1', [tenantId])
    await tx.query(`DELETE FROM pgboss.job WHERE data->>'tenant' = $1 AND state IN ('created', 'retry')`, [tenantId])
    await finishOperation(tx, id, { status: 'done' })
    return true
  })
  if (!done) return
  runtime.changes.changedHere(tenantId)
  await runtime.database.platform.query('SELECT pg_notify($1, $2)', { bind: [changedChannel, tenantId] })
  await rm(join(dataDir, 'files', tenantId), { recursive: true, force: true })
  const audit = platformAuditor({ platform: runtime.database.platform, clock: runtime.clock })
  await audit({
    event: 'core.organization-deleted',
    outcome: 'success',
    actor: { kind: 'system', id: 'organization delete' },
    meta: { organization: tenantId, operation: id },
  })
}

const kept: ReadonlySet<string> = new Set(['core.operation'])

/** The trail and the plans grow by the very request that makes or applies a plan, so they are not part of it. */
const uncounted: ReadonlySet<string> = new Set([
  'core.operation',
  'core.audit_event',
  'core.idempotency',
  'core.event',
  'core.delivery',
])

const everything = async (tx: Tx): Promise<Record<string, number>> => {
  const tables = await tenantTables(tx)
  return countRows(
    tx,
    tables.filter(({ name }) => !uncounted.has(name)),
  )
}
