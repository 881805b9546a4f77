import { coreMigrations } from '#migrations/core/index.ts'
import { readConfig } from '../../config/index.ts'
import { describeDifference } from '../../database/catalogue.ts'
import { checkCatalogue } from '../../database/catalogue-check.ts'
import { findDatabase, prepareDatabase, prepareDatabaseRoles } from '../../database/prepare.ts'
import { installedPlugins } from '../../platform.ts'
import { PluginHost } from '../../plugin-host/index.ts'
import { withMasterKey } from '../../secrets/index.ts'
import type { Output } from '../terminal/output.ts'

/** Works beside a running server: one runner at a time, a second one waits. */
export async function run(o: { check?: boolean; roles?: boolean }, output: Output): Promise<void> {
  const config = await readConfig({}, (message) => output.note(message))
  const sets = [coreMigrations, ...new PluginHost(await installedPlugins(config)).migrations]
  const log = { info: () => {}, warn: (message: string) => output.note(message) }
  if (o.roles) {
    const { rw, platform, lookup } = await prepareDatabaseRoles({ config, log })
    return output.result({ roles: [rw, platform, lookup] }, `The roles ${rw}, ${platform} and ${lookup} are there.`)
  }
  if (!o.check) {
    const prepared = await prepareDatabase({ config, sets, log })
    await prepared.leave()
    const applied = prepared.applied.map(({ owner, name, ms }) => ({ owner, name, ms: Math.round(ms) }))
    output.result({ applied }, () =>
      applied.length === 0
        ? 'The database is up to date.'
        : [
            ...applied.map(({ owner, name, ms }) => `${owner}/${name} (${ms} ms)`),
            `Applied ${applied.length} migrations.`,
          ].join('\n'),
    )
    return
  }
  const { ownerUrl, embedded } = await findDatabase({ config, log })
  try {
    const { platformUrl } = config.database
    const { pending, differences } = await withMasterKey(config, (masterKey) =>
      checkCatalogue({ ownerUrl, sets, masterKey, platformUrl }),
    )
    const lines = [
      ...pending.map(({ owner, name }) => `The migration ${owner}/${name} was not applied yet.`),
      ...differences.map(describeDifference),
    ]
    output.result(
      { pending, differences },
      lines.length === 0 ? 'The database is as its migrations make it.' : lines.join('\n'),
    )
    if (lines.length > 0) process.exitCode = 1
  } finally {
    await embedded?.stop()
  }
}
