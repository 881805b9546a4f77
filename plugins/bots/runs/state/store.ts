/** The key-value store of an installation, inside one unit of work. */
import { stateQuotas, type Tx } from '@guildhall/sdk'
import type { StateStore } from '../modes/mode.ts'
import { requireRoom, requireValueBytes } from './quotas.ts'

const alive = '(s.expires_at IS NULL OR s.expires_at > $3)'

export function storedState(tx: Tx, installationId: string): StateStore {
  const of = [tx.tenantId, installationId] as const
  return {
    async get(key) {
      const [row] = await tx.query<{ value: unknown }>(
        `SELECT s.value FROM bots.state s WHERE s.tenant_id = $1 AND s.installation_id = $2 AND ${alive} AND s.key = $4`,
        [...of, tx.now(), key],
        { last: true, prepared: true },
      )
      return row?.value ?? null
    },
    async set(key, value, ttlSeconds) {
      const bytes = requireValueBytes(value)
      // One writer at a time: two that each fit alone must not fit together by accident.
      const locked = tx.query(
        'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
        [`bots.state:${installationId}`],
        { prepared: true },
      )
      const sum = tx.query<{ total: number }>(
        `SELECT coalesce(sum(s.bytes + octet_length(s.key)), 0)::int AS total FROM bots.state s
          WHERE s.tenant_id = $1 AND s.installation_id = $2 AND ${alive} AND s.key <> $4`,
        [...of, tx.now(), key],
        { prepared: true },
      )
      const [, [others]] = await Promise.all([locked, sum])
      requireRoom((others?.total ?? 0) + bytes + Buffer.byteLength(key))
      await tx.query(
        `INSERT INTO bots.state (tenant_id, installation_id, key, value, bytes, expires_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant_id, installation_id, key) DO UPDATE
            SET value = excluded.value, bytes = excluded.bytes, expires_at = excluded.expires_at, updated_at = excluded.updated_at`,
        [...of, key, JSON.stringify(value ?? null), bytes, expiry(tx.now(), ttlSeconds), tx.now()],
        { prepared: true },
      )
    },
    async delete(key) {
      await tx.query('DELETE FROM bots.state WHERE tenant_id = $1 AND installation_id = $2 AND key = $3', [...of, key])
    },
    async keys(prefix) {
      const rows = await tx.query<{ key: string }>(
        `SELECT s.key FROM bots.state s WHERE s.tenant_id = $1 AND s.installation_id = $2 AND ${alive}
            AND starts_with(s.key, $4) ORDER BY s.key LIMIT ${stateQuotas.keys}`,
        [...of, tx.now(), prefix],
        { last: true },
      )
      return rows.map(({ key }) => key)
    },
  }
}

const expiry = (now: Date, ttlSeconds: number | null): Date | null =>
  ttlSeconds === null ? null : new Date(now.getTime() + ttlSeconds * 1000)
