import type { Config } from '../config/index.ts'
import { installQueue } from '../jobs/queue.ts'
import { withMasterKey } from '../secrets/index.ts'
import { type DatabaseUrls, databaseName, databaseUrls } from './connections.ts'
import { type EmbeddedDatabase, startEmbedded } from './embedded/index.ts'
import { type AppliedMigration, type MigrationSet, migrate, prepareRoles } from './migrations.ts'
import { type DatabaseRoles, roleNames } from './roles.ts'

/** A database that can be connected to. */
export interface PreparedDatabase {
  readonly urls: DatabaseUrls
  readonly masterKey: Buffer
  readonly embedded: boolean
  readonly applied: readonly AppliedMigration[]
  /** Stops the embedded server unless another Guildhall uses it; nothing otherwise. */
  leave(): Promise<void>
}

export interface PrepareOptions {
  readonly config: Pick<Config, 'database' | 'dataDir' | 'secrets'>
  readonly sets: readonly MigrationSet[]
  readonly log: { info(message: string): void; warn(message: string): void }
}

/** The owner's address: the configured one, or that of the embedded server, which is started or joined. */
export async function findDatabase(o: {
  config: Pick<Config, 'database' | 'dataDir'>
  log: PrepareOptions['log']
}): Promise<{ ownerUrl: string; embedded: EmbeddedDatabase | null }> {
  if (o.config.database.url) return { ownerUrl: o.config.database.url, embedded: null }
  const embedded = await startEmbedded({ dataDir: o.config.dataDir, log: o.log })
  return { ownerUrl: embedded.url, embedded }
}

/**
 * Finds the database and the master key, makes the roles where it may, and brings the database up to date.
 * @throws OtherMasterKey when it belongs to another one
 */
export async function prepareDatabase(o: PrepareOptions): Promise<PreparedDatabase> {
  const { database } = o.config
  const { ownerUrl, embedded } = await findDatabase(o)
  try {
    const roles = roleNames(databaseName(ownerUrl), database)
    const made = await withMasterKey(o.config, async (masterKey) => {
      const urls = databaseUrls({ ...database, ownerUrl, masterKey })
      const applied = await migrate({
        ownerUrl,
        sets: o.sets,
        roles,
        masterKey,
        makeRoles: !hasOwnRoles(database),
        afterCore: (client) => installQueue({ client, platformUrl: urls.platform, roles }),
      })
      return { urls, masterKey, applied }
    })
    return { ...made, embedded: embedded !== null, leave: async () => embedded?.stop() }
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}

const hasOwnRoles = ({ appUrl, platformUrl }: Config['database']): boolean => Boolean(appUrl && platformUrl)

/**
 * Finds the database, and makes its roles where it may, and nothing else.
 * @throws OtherMasterKey when it belongs to another one
 */
export async function prepareDatabaseRoles({ config, log }: Omit<PrepareOptions, 'sets'>): Promise<DatabaseRoles> {
  const { database } = config
  const { ownerUrl, embedded } = await findDatabase({ config, log })
  try {
    const roles = roleNames(databaseName(ownerUrl), database)
    const makeRoles = !hasOwnRoles(database)
    await withMasterKey(config, (masterKey) => prepareRoles({ ownerUrl, roles, masterKey, makeRoles }))
    return roles
  } finally {
    await embedded?.stop()
  }
}
