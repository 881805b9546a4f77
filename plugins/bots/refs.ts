/** What other plugins may import of bots: the events. Types and ids only. */
import { Closed, eventRef, List, Text, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

/** Events of bots themselves: they are for plugins and webhooks, and start no bot. */
export const ofBots = (event: string): boolean => event.startsWith('bots.')

const id = '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10'
const BotId = Text(60)
const Version = Text(40)

const Published = Closed({ botId: BotId, version: Version })
export const botPublished = eventRef({
  id: 'bots.published',
  version: 1,
  title: 'A version of a bot was published',
  payload: Published,
  example: { botId: 'birthday-greeting', version: '1.0.0' },
})

const OfInstallation = Closed({ installationId: Uuid(), key: BotId, botId: BotId, version: Version })
const example = { installationId: id, key: 'birthday-greeting', botId: 'birthday-greeting', version: '1.0.0' }
const about = (event: `bots.${string}`, title: string) =>
  eventRef({ id: event, version: 1, title, payload: OfInstallation, example })
export const botInstalled = about('bots.installed', 'A bot was installed')
export const botUpgraded = about('bots.upgraded', 'A bot went to another version, forwards or back')
export const botUninstalled = about('bots.uninstalled', 'A bot was removed')

const Configured = Closed({
  ...OfInstallation.properties,
  changed: List(Text(40), 10, { description: 'triggers, config, notifications, limits, enabled, consent' }),
})
export const botConfigured = eventRef({
  id: 'bots.configured',
  version: 1,
  title: 'A bot was set otherwise, or switched on or off',
  payload: Configured,
  example: { ...example, changed: ['config'] },
})

const OfRun = { installationId: Uuid(), runId: Uuid() }
const run = { installationId: id, runId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f11' }
const RunFailed = Closed({ ...OfRun, ended: Text(40) })
export const botRunFailed = eventRef({
  id: 'bots.runFailed',
  version: 1,
  title: 'A run of a bot failed for good',
  payload: RunFailed,
  example: { ...run, ended: 'timeout' },
})
const Stopped = Closed({ ...OfRun, failures: Type.Integer() })
export const botStopped = eventRef({
  id: 'bots.stopped',
  version: 1,
  title: 'A bot was switched off after failing again and again',
  payload: Stopped,
  example: { ...run, failures: 5 },
})

declare module '@guildhall/sdk' {
  interface EventRegistry {
    'bots.published': Static<typeof Published>
    'bots.installed': Static<typeof OfInstallation>
    'bots.configured': Static<typeof Configured>
    'bots.upgraded': Static<typeof OfInstallation>
    'bots.uninstalled': Static<typeof OfInstallation>
    'bots.runFailed': Static<typeof RunFailed>
    'bots.stopped': Static<typeof Stopped>
  }
}
