/**
 * The reference pages that are made from the code: settings, errors, permissions, events, actions, jobs, tables and
 * licences. `npm run docs:generate` writes them; a test holds each against what is written.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'
import { annotatedYaml, exampleEnvironment, referencePage } from '../config/index.ts'
import { corePlugin } from '../core-plugin/index.ts'
import { problemsMarkdown } from '../http/index.ts'
import { installedPlugins } from '../platform.ts'
import { PluginHost } from '../plugin-host/index.ts'
import { actionsPage } from './actions-page.ts'
import { eventsPage } from './events-page.ts'
import { jobsPage } from './jobs-page.ts'
import { licencesPage } from './licences-page.ts'
import { permissionsPage } from './permissions-page.ts'
import { schemaPage } from './schema-page.ts'
import { sdkPage } from './sdk-page.ts'

export { openingOf } from './page.ts'

/** What is bundled, core included: the pages describe what everybody has. */
export const documentedPlugins = async (): Promise<PluginHost> =>
  new PluginHost([corePlugin().plugin, ...(await installedPlugins({ plugins: [], dataDir: '' }))])

/** Text by path from `root`, the project's folder. `client` is connected to a database with all migrations. */
export async function referencePages(host: PluginHost, client: Client, root: string): Promise<Map<string, string>> {
  return new Map([
    ['.env.example', exampleEnvironment()],
    ['config/guildhall.yaml', annotatedYaml()],
    ['docs/THIRD_PARTY_LICENSES.md', licencesPage(readFileSync(join(root, 'package-lock.json'), 'utf8'))],
    ['docs/reference/actions.md', actionsPage(host)],
    ['docs/reference/configuration.md', referencePage()],
    ['docs/reference/errors.md', problemsMarkdown(host.problems)],
    ['docs/reference/events.md', eventsPage(host)],
    ['docs/reference/jobs.md', jobsPage(host)],
    ['docs/reference/permissions.md', permissionsPage(host)],
    ['docs/reference/schema.md', await schemaPage(client, host)],
    ['docs/reference/sdk.md', sdkPage(root)],
  ])
}
