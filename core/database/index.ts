/**
 * The database: connections by role, migrations, and the unit of work with its two walls.
 * Row-level security binds the serving role, and every statement names `tenant_id` as well.
 */
export {
  applicationName,
  connectDatabase,
  type Database,
  type DatabaseUrls,
  databaseName,
  databaseUrls,
} from './connections.ts'
export { type AppliedMigration, type MigrationSet, migrate, pendingMigrations } from './migrations.ts'
export { query } from './query.ts'
export {
  type DatabaseRoles,
  findRoles,
  refuseOpenTables,
  refusePowerfulRole,
  roleNames,
  rolePassword,
  roleStatements,
} from './roles.ts'
export { type Effects, type OpenUnit, type UnitScope, UnitsOfWork, type WriteEffects } from './unit-of-work.ts'
