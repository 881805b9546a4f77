import { statfs } from 'node:fs/promises'
import { healthContributions } from '@guildhall/sdk'
import { QueryTypes } from 'sequelize'
import type { Cache } from '../cache/index.ts'
import { pendingMigrations } from '../database/index.ts'
import type { MigrationSet } from '../database/migrations.ts'
import { HealthChecks, type HealthState } from '../http/index.ts'
import { rootService } from '../plugin-host/root-service.ts'
import type { Runtime } from '../runtime.ts'

export interface CheckedParts {
  readonly runtime: Runtime
  readonly cache: Cache
  readonly dataDir: string
  /** This node runs schedules. */
  readonly working: boolean
  readonly migrations: readonly MigrationSet[]
  readonly identityProvider: () => Promise<HealthState>
}

/** Below this a full disk is near: PostgreSQL stops when it cannot write. */
const leastFreeBytes = 256 * 1_048_576
const staleTickMs = 30_000

/** What `/health/ready` looks at. Only what a request cannot do without makes the node unready. */
export function platformChecks(o: CheckedParts): HealthChecks {
  const { runtime, cache } = o
  const { rw, platform } = runtime.database
  const checks = new HealthChecks()
  let migrated = false
  checks.add({
    name: 'database',
    requiredForRequests: true,
    check: async () => {
      await rw.query('SELECT 1', { type: QueryTypes.SELECT })
      return 'ok'
    },
  })
  checks.add({
    name: 'migrations',
    requiredForRequests: true,
    check: async () => {
      // The ledger only grows: once complete for this version, it stays so.
      if (migrated) return 'ok'
      const query = async (sql: string) => ({ rows: await platform.query(sql, { type: QueryTypes.SELECT }) })
      const pending = await pendingMigrations({ query }, o.migrations)
      migrated = pending.length === 0
      return migrated ? 'ok' : { state: 'down', note: `${pending.length} migrations are missing` }
    },
  })
  checks.add({
    name: 'queue',
    requiredForRequests: false,
    check: async () => {
      await platform.query('SELECT version FROM pgboss.version', { type: QueryTypes.SELECT })
      return 'ok'
    },
  })
  checks.add({
    name: 'scheduler',
    requiredForRequests: false,
    check: async () => {
      if (!o.working) return 'off'
      const last = runtime.ticker.lastTick
      if (!last) return { state: 'degraded', note: 'has not ticked yet' }
      return runtime.clock.now().getTime() - last.getTime() > staleTickMs ? 'down' : 'ok'
    },
  })
  checks.add({
    name: 'redis',
    requiredForRequests: cache.shared,
    check: async () => {
      if (!cache.shared) return 'off'
      await cache.get('health')
      return 'ok'
    },
  })
  checks.add({ name: 'identity-provider', requiredForRequests: false, check: o.identityProvider })
  checks.add({
    name: 'disk',
    requiredForRequests: false,
    check: async () => {
      const { bavail, bsize } = await statfs(o.dataDir)
      const free = bavail * bsize
      return free < leastFreeBytes ? { state: 'degraded', note: `${Math.floor(free / 1_048_576)} MB are free` } : 'ok'
    },
  })
  for (const part of runtime.host.installedContributions(healthContributions))
    checks.add({
      name: part.name,
      requiredForRequests: false,
      check: () => part.check((ref) => rootService(runtime, ref)),
    })
  return checks
}
