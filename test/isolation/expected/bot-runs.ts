import type { Expectations, Ids, Sample } from './expectation.ts'

const of =
  (kind: 'installation' | 'botRun' | 'failedBotRun' | 'listening', more: Omit<Sample, 'path'> = {}) =>
  (ids: Ids): Sample => ({ path: { id: ids[kind] }, ...more })

const ofRehearsal = (ids: Ids): Sample => {
  const [id = '', rehearsalId = ''] = ids.rehearsal.split('/')
  return { path: { id, rehearsalId } }
}
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
  'GET /api/v1/bots/:id/sample-events': { ...runs, sample: of('installation') },
  'POST /api/v1/bots/:id/webhook/rotate': { who: 'owner', needs: 'bots.install', sample: of('listening') },
  'POST /api/v1/bots/:id/rehearsals': {
    ...runs,
    sample: (ids) => ({ path: { id: ids.pressable }, body: { days: 1, groupId: ids.group } }),
    answer: 202,
  },
  'GET /api/v1/bots/:id/rehearsals': { ...reads, sample: of('installation') },
  'GET /api/v1/bots/:id/rehearsals/:rehearsalId': { ...reads, sample: ofRehearsal },
  'POST /api/v1/bots/:id/rehearsals/:rehearsalId/cancel': { ...runs, sample: ofRehearsal },
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
