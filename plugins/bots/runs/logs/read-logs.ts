/** Lines of bots in the order they came; ids grow with time, so they are the place to go on from. */
import { binder, type Tx } from '@guildhall/sdk'
import type { LogView } from '../inbox/run-schema.ts'
import type { LogLevel } from './log-writer.ts'

export interface LogFilter {
  readonly installationId?: string
  readonly runId?: string
  readonly levels?: readonly LogLevel[]
  readonly since?: string
  readonly search?: string
  /** Lines after the one with this id. */
  readonly after?: string
  readonly limit: number
}
export type LogRow = Omit<LogView, 'at'> & { readonly at: Date }
export const logColumns = `l.id, l.run_id AS "runId", l.level, l.message, l.data, l.at,
  (SELECT r.mode FROM bots.run r WHERE r.tenant_id = l.tenant_id AND r.id = l.run_id) AS mode`
export const logView = (row: LogRow): LogView => ({
  id: row.id,
  runId: row.runId,
  mode: row.mode,
  level: row.level,
  message: row.message,
  data: row.data ?? null,
  at: row.at.toISOString(),
})
export const containing = (search: string, bind: (value: unknown) => string): string =>
  `strpos(lower(l.message), lower(${bind(search)}::text)) > 0`

export async function readLogs(tx: Tx, o: LogFilter): Promise<LogView[]> {
  const { bind, values } = binder()
  const conditions = [`l.tenant_id = ${bind(tx.tenantId)}::uuid`]
  if (o.installationId !== undefined) conditions.push(`l.installation_id = ${bind(o.installationId)}::uuid`)
  if (o.runId !== undefined) conditions.push(`l.run_id = ${bind(o.runId)}::uuid`)
  if (o.levels?.length) conditions.push(`l.level = ANY(${bind(o.levels)}::text[])`)
  if (o.since !== undefined) conditions.push(`l.at >= ${bind(o.since)}::timestamptz`)
  if (o.search !== undefined) conditions.push(containing(o.search, bind))
  if (o.after !== undefined) conditions.push(`l.id > ${bind(o.after)}::uuid`)
  const rows = await tx.query<LogRow>(
    `SELECT ${logColumns} FROM bots.log l WHERE ${conditions.join(' AND ')} ORDER BY l.id LIMIT ${bind(o.limit)}`,
    values,
  )
  return rows.map(logView)
}
