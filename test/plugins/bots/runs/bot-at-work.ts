/** Publishes and installs a bot of a test's own, starts it, and reads what became of it. */
import type { TestClient, TestPlatform, TestTenant } from '#core/testing/index.ts'
import type { RunTrace } from '#plugins/bots/runs/inbox/run-schema.ts'
import { botSource, botSpec, consentTo } from '../../../support/written-bot.ts'

export interface BotAtWork {
  readonly key: string
  readonly installationId: string
  /** Starts it by hand, runs what is due and gives the trace. */
  run(body?: object): Promise<RunTrace>
  start(body?: object): Promise<string>
  trace(runId: string): Promise<RunTrace>
}

export async function botAtWork(
  o: { platform: TestPlatform; tenant: TestTenant; admin: TestClient },
  code: string,
  more: Readonly<Record<string, unknown>> = {},
  settings: object = {},
): Promise<BotAtWork> {
  const { platform, tenant, admin } = o
  const spec = botSpec({ id: 'worker', triggers: { manual: {} }, ...more })
  const made = await admin.post('/api/v1/bots', { source: botSource(spec, code) })
  if (made.statusCode !== 201) throw new Error(made.body)
  const set = await admin.post(`/api/v1/bots/${spec.id}/configure`, { consent: consentTo(spec), ...settings })
  if (set.statusCode !== 200) throw new Error(set.body)
  const [row] = await tenant.unit((tx) =>
    tx.query<{ id: string }>('SELECT id FROM bots.installation WHERE tenant_id = $1 AND key = $2', [
      tx.tenantId,
      spec.id,
    ]),
  )
  const start = async (body: object = {}): Promise<string> => {
    const answer = await admin.post(`/api/v1/bots/${spec.id}/run`, body)
    if (answer.statusCode !== 202) throw new Error(answer.body)
    return answer.json().id
  }
  const trace = async (runId: string): Promise<RunTrace> => (await admin.get(`/api/v1/bot-runs/${runId}`)).json()
  return {
    key: spec.id,
    installationId: row!.id,
    start,
    trace,
    run: async (body) => {
      const id = await start(body)
      await platform.settle()
      return trace(id)
    },
  }
}
