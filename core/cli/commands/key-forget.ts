import pg from 'pg'
import { readConfig } from '../../config/index.ts'
import { applicationName } from '../../database/index.ts'
import { forgetKey, refuseOtherKey } from '../../database/key-check.ts'
import { findDatabase } from '../../database/prepare.ts'
import { OtherMasterKey, readMasterKey } from '../../secrets/index.ts'
import type { Output } from '../terminal/output.ts'

/** Only for a database whose key is lost: it would be a loss for nothing where the key is at hand. */
export async function run(_o: object, output: Output): Promise<void> {
  const config = await readConfig({}, (message) => output.note(message))
  const { ownerUrl, embedded } = await findDatabase({
    config,
    log: { info: () => {}, warn: (message) => output.note(message) },
  })
  const client = new pg.Client({ connectionString: ownerUrl, application_name: applicationName('key') })
  try {
    await client.connect()
    const forgotten = await refuseOtherKey(client, await readMasterKey(config)).then(
      () => false,
      (error: unknown) => {
        if (error instanceof OtherMasterKey) return true
        throw error
      },
    )
    if (forgotten) await forgetKey(client)
    output.result(
      { forgotten },
      forgotten
        ? 'The lost key is forgotten, and what was sealed with it. The database takes the key of the next start.'
        : 'The key of this node is the one of the database: nothing is lost, nothing was changed.',
    )
  } finally {
    await client.end().catch(() => {})
    await embedded?.stop()
  }
}
