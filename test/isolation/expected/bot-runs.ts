import type { Expectations, Ids, Sample } from './expectation.ts'

const of =
  (kind: 'installation' | 'botRun' | 'failedBotRun' | 'listening', more: Omit<Sample, 'path'> = {}) =>
  (ids: Ids): Sample => ({ path: { id: ids[kind] }, ...more })

const reads = { who: 'staff', needs: 'bots.read' } as const
const runs = { who: 'owner', needs: 'bots.run' } as const

/** Runs of bots: staff see them, the administrator starts, repeats and discards them. */
export const botRuns: Expectations = {
  'POST /api/v1/bots/:id/run': {
    ...runs,
    sample: (ids) => ({
      path: { id: ids.pressable },
      body: { dryRun: true, target: { type: 'member', id: ids.member } },
    }),
    answer: 202,
  },
  'POST /api/v1/bots/:id/webhook/rotate': { who: 'owner', needs: 'bots.install', sample: of('listening') },
  'POST /api/v1/bot-hooks/:token': {
    who: 'keyed',
    sample: () => ({ path: { token: 'nobody' } }),
    noOwnCall: 'Each call is signed over its bytes and time; test/plugins/bots/runs/triggers.test.ts makes them',
  },
  'GET /api/v1/bots/:id/runs': { ...reads, sample: of('installation') },
  'GET /api/v1/bots/:id/logs': { ...reads, sample: of('installation') },
  'GET /api/v1/bots/:id/statistics': { ...reads, sample: of('installation') },
  'GET /api/v1/bot-runs': { ...reads, sample: () => ({ query: { status: 'failed' } }) },
  'GET /api/v1/bot-runs/:id': { ...reads, sample: of('botRun') },
  'POST /api/v1/bot-runs/:id/replay': { ...runs, sample: of('failedBotRun'), answer: 201 },
  'POST /api/v1/bot-runs/:id/rerun': { ...runs, sample: of('failedBotRun'), answer: 201 },
  'POST /api/v1/bot-runs/:id/retry': { ...runs, sample: of('failedBotRun') },
  'POST /api/v1/bot-runs/:id/discard': { ...runs, sample: of('failedBotRun') },
  'POST /api/v1/bot-runs/:id/cancel': { ...runs, sample: of('botRun') },
}
