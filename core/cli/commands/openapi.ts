import { writeFile } from 'node:fs/promises'
import { createLog, documentFor } from '../../http/index.ts'
import { buildServer } from '../../server.ts'
import type { Output } from '../terminal/output.ts'
import { withPlatform } from '../workshop/open.ts'
import { findOrganization } from '../workshop/organization.ts'

/** Builds the routes without listening; the document is the one a running server gives. */
export async function run(o: { org?: string; out?: string }, output: Output): Promise<void> {
  await withPlatform(async ({ runtime, identity, config, platform }) => {
    const app = await buildServer({
      runtime,
      identity,
      log: createLog({ level: 'silent' }),
      dataDir: config.dataDir,
      publicUrl: config.server.publicUrl || `http://localhost:${config.server.port}`,
      version: platform.version,
    })
    try {
      await app.ready()
      const on = o.org === undefined ? null : await runtime.enablement.of((await findOrganization(runtime, o.org)).id)
      const document = documentFor(app, (id) => on === null || on.isOn(id))
      if (o.out === undefined) return output.result(document, JSON.stringify(document, null, 2))
      await writeFile(o.out, `${JSON.stringify(document, null, 2)}\n`)
      output.result(
        { file: o.out, paths: Object.keys(document.paths).length },
        `Wrote ${Object.keys(document.paths).length} addresses to ${o.out}.`,
      )
    } finally {
      await app.close()
    }
  })
}
