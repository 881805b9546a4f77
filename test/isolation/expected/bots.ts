import { randomUUID } from 'node:crypto'
import { botSource, botSpec } from '../../support/written-bot.ts'
import type { Expectations, Ids, Sample } from './expectation.ts'

const of =
  (kind: 'bot' | 'installation' | 'upgradable' | 'upgraded', more: Omit<Sample, 'path'> = {}) =>
  (ids: Ids): Sample => ({ path: { id: ids[kind] }, ...more })

const reads = { who: 'staff', needs: 'bots.read' } as const
const installs = { who: 'owner', needs: 'bots.install' } as const

/** Bots are of the whole organisation: staff see them, the administrator installs and publishes. */
export const bots: Expectations = {
  'GET /api/v1/bots': reads,
  'POST /api/v1/bots': {
    who: 'owner',
    needs: 'bots.publish',
    sample: () => ({ body: { source: botSource(botSpec({ id: `bot-x${randomUUID().slice(0, 8)}` })) } }),
    answer: 201,
  },
  'GET /api/v1/bots/:id': { ...reads, sample: of('installation') },
  'GET /api/v1/bots/:id/next-runs': {
    ...reads,
    sample: (ids) => ({ path: { id: ids.installation }, query: { cron: '0 7 * * 1' } }),
  },
  'GET /api/v1/bots/:id/versions': { ...reads, sample: of('bot') },
  'GET /api/v1/bots/:id/versions/:version': {
    ...reads,
    sample: (ids) => ({ path: { id: ids.bot, version: '1.0.0' } }),
  },
  'POST /api/v1/bots/:id/configure': {
    ...installs,
    sample: (ids) => {
      const told = { members: [ids.member], by: ['webhook'], url: 'https://hook.example.org' }
      const notifications = { failure: told, success: told, digest: { ...told, every: 'day' } }
      return { path: { id: ids.installation }, body: { notifications } }
    },
  },
  'POST /api/v1/bots/:id/enable': { ...installs, sample: of('installation') },
  'POST /api/v1/bots/:id/disable': { ...installs, sample: of('installation') },
  'POST /api/v1/bots/:id/upgrade': { ...installs, sample: of('upgradable', { body: {} }) },
  'POST /api/v1/bots/:id/rollback': { ...installs, sample: of('upgraded', { body: {} }) },
  'DELETE /api/v1/bots/:id': { ...installs, sample: of('installation'), answer: 204 },
}
