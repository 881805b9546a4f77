/** What happened to bots. These events start no bot: a failing one would otherwise call itself. */
import { eventRef, Text, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

const RunFailed = Type.Object({ installationId: Uuid(), runId: Uuid(), ended: Text(40) })
const Stopped = Type.Object({ installationId: Uuid(), runId: Uuid(), failures: Type.Integer() })
const example = {
  installationId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10',
  runId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f11',
}

export const botRunFailed = eventRef({
  id: 'bots.runFailed',
  version: 1,
  title: 'A run of a bot failed for good',
  payload: RunFailed,
  example: { ...example, ended: 'timeout' },
})
export const botStopped = eventRef({
  id: 'bots.stopped',
  version: 1,
  title: 'A bot was switched off after failing again and again',
  payload: Stopped,
  example: { ...example, failures: 5 },
})

declare module '@guildhall/sdk' {
  interface EventRegistry {
    'bots.runFailed': Static<typeof RunFailed>
    'bots.stopped': Static<typeof Stopped>
  }
}
