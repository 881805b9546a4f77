/**
 * Bots: user-authored code, installed through a form, started by events, times and hands, run in the sandbox, and
 * never able to do more than whoever installed it.
 */
import { definePlugin, type PluginDefinition } from '@guildhall/sdk'
import { botMigrations } from '#migrations/bots/index.ts'
import { botActions } from './actions.ts'
import { BotsConfig } from './config.ts'
import { botOptionalUses, botUses } from './context.ts'
import { definitionRoutes } from './definitions/index.ts'
import { installationRoutes } from './installations/index.ts'
import { botsPage } from './page/site.ts'
import { botPermissions } from './permissions.ts'
import { botProblems } from './problems.ts'
import {
  botConfigured,
  botInstalled,
  botPublished,
  botRunFailed,
  botStopped,
  botUninstalled,
  botUpgraded,
} from './refs.ts'
import { rehearsalJobs, rehearsalRoutes } from './rehearsals/index.ts'
import { type Network, runContributions, runJobs, runRoutes } from './runs/index.ts'
import { triggerEvents, triggerJobs, triggerRoutes } from './triggers/index.ts'

/** @param o.network what tests put in place of the internet; nothing an operator or organisation sets reaches it */
export const makeBotsPlugin = (o: { network?: Network } = {}): PluginDefinition =>
  definePlugin({
    id: 'bots',
    version: '1.0.0',
    sdk: '^0.1.0',
    title: 'Bots',
    description: 'Automation by sandboxed bots: catalogue, installation by form, triggers, runs, logs',
    tags: { 'Runs of bots': 'Starting bots, trying them out, and what came of it: runs, logs, figures, rehearsals.' },
    uses: botUses,
    optionalUses: botOptionalUses,
    config: { schema: BotsConfig },
    permissions: botPermissions,
    migrations: botMigrations,
    site: botsPage,
    problems: botProblems,
    events(e) {
      e.emits(botPublished, botInstalled, botConfigured, botUpgraded, botUninstalled, botRunFailed, botStopped)
      triggerEvents(e)
    },
    routes: (r) => {
      definitionRoutes(r)
      installationRoutes(r)
      triggerRoutes(r)
      runRoutes(r)
      rehearsalRoutes(r)
    },
    contributes: runContributions,
    jobs(j) {
      triggerJobs(j)
      runJobs(j, o.network)
      rehearsalJobs(j)
    },
    actions: botActions,
  })

export const botsPlugin = makeBotsPlugin()
