import { Problem, problems, type Tx } from '@guildhall/sdk'
import { schemasOf } from '../../database/catalogue-check.ts'
import { countRows, tenantTables } from '../../database/tenant-tables.ts'
import type { InstalledPlugin } from '../../plugin-host/index.ts'
import { hookContext, lockStates } from '../../plugin-host/switching.ts'
import type { Runtime } from '../../runtime.ts'
import type { CoreContext } from '../surroundings.ts'
import {
  finishOperation,
  type OperationView,
  planOperation,
  purgeJob,
  readOperation,
  startOperation,
} from './operations.ts'

const kind = 'purge-plugin'

/** Purging is the only thing that deletes what a plugin keeps, so it is planned, shown, and asks for a plugin that is off. */
export async function planPurge(runtime: Runtime, tx: Tx, pluginId: string): Promise<OperationView> {
  const plugin = await purgeable(runtime, tx, pluginId)
  return planOperation(tx, { kind, target: plugin.id, counts: await dataOf(tx, plugin.id) })
}

export async function applyPurge(
  runtime: Runtime,
  tx: Tx,
  pluginId: string,
  id: string,
  hash: string,
): Promise<OperationView> {
  const plan = await readOperation(tx, { kind, target: pluginId, id })
  await purgeable(runtime, tx, pluginId)
  const started = await startOperation(tx, plan, hash, await dataOf(tx, pluginId))
  await tx.enqueue(purgeJob, { operation: id }, { key: id })
  await tx.audit({
    action: 'core.plugin-purge-started',
    target: { type: 'plugin', id: pluginId },
    meta: { operation: id },
  })
  return started
}

export const readPurge = (tx: Tx, pluginId: string, id: string): Promise<OperationView> =>
  readOperation(tx, { kind, target: pluginId, id })

/**
 * The plugin deletes what it keeps; its state goes with it, so that switching it on again starts afresh. Its own hook
 * knows of files and of order and runs as all plugin code does. The sweep behind it takes every table of the plugin, also
 * those where the serving role may only add; a job that dies in between does both again.
 */
export async function runPurge(runtime: Runtime, ctx: CoreContext, id: string): Promise<void> {
  const plugin = await ctx.transaction(async (tx) => {
    const found = await stillToPurge(runtime, tx, id)
    if (!found?.spec.tenant?.purge) return found
    const { on } = await lockStates(tx)
    await found.spec.tenant.purge(hookContext(runtime, tx, found, on, on.config(found.id)), tx)
    return found
  })
  if (!plugin) return
  await runtime.platformUnits.run({ tenantId: ctx.tenantId, actor: ctx.actor }, async (tx) => {
    if (!(await stillToPurge(runtime, tx, id))) return
    for (const { name } of await tenantTables(tx, schemasOf(plugin.id)))
      await tx.query(`DELETE FROM ${name} WHERE tenant_id = $1`, [tx.tenantId])
    for (const table of ['plugin_state', 'schedule', 'parked_job'])
      await tx.query(`DELETE FROM core.${table} WHERE tenant_id = $1 AND plugin_id = $2`, [tx.tenantId, plugin.id])
    await finishOperation(tx, id, { status: 'done' })
    await tx.audit({ action: 'core.plugin-purged', target: { type: 'plugin', id: plugin.id }, meta: { operation: id } })
    tx.accessChanged()
  })
}

/** The plugin of a purge that runs. Somebody switched it on again in the meantime: then it is used, and nothing is deleted. */
async function stillToPurge(runtime: Runtime, tx: Tx, id: string): Promise<InstalledPlugin | null> {
  const [row] = await tx.query<{ target: string; status: string }>(
    'SELECT target, status FROM core.operation WHERE tenant_id = $1 AND id = $2 FOR UPDATE',
    [tx.tenantId, id],
  )
  if (row?.status !== 'running') return null
  const plugin = runtime.host.plugin(row.target)
  const { on } = await lockStates(tx)
  if (plugin && !on.isOn(row.target)) return plugin
  await finishOperation(tx, id, { status: 'failed', error: `"${row.target}" is on again, or no longer installed.` })
  return null
}

async function purgeable(runtime: Runtime, tx: Tx, pluginId: string): Promise<InstalledPlugin> {
  const plugin = runtime.host.plugin(pluginId)
  if (!plugin || pluginId === 'core')
    throw new Problem(problems.notFound, { detail: `There is no plugin "${pluginId}".` })
  const { on } = await lockStates(tx)
  if (on.isOn(pluginId))
    throw new Problem(problems.conflict, {
      detail: `"${pluginId}" is on here. Switch it off first; that loses nothing.`,
    })
  return plugin
}

const dataOf = async (tx: Tx, pluginId: string): Promise<Record<string, number>> =>
  countRows(tx, await tenantTables(tx, schemasOf(pluginId)))
