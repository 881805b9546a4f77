import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { createSandbox } from '../../../../bots/engine/index.ts'
import { botAtWork } from './bot-at-work.ts'

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const real = createSandbox({ runners: 1, log: quiet })
let standing = false
/** Reads modules; runs them only while `standing`: a machine that has no process left for a runner. */
const sandbox = {
  ...real,
  run: (job: Parameters<typeof real.run>[0]) =>
    standing ? real.run(job) : Promise.reject(new Error('No bot runner can be started: fork failed')),
  get state() {
    return real.state
  },
}
const platform = await startTestPlatform({ sandbox })
t.teardown(() => platform.close())

t.test(
  '75: what the platform could not carry out is tried again, fails in the end, and is counted against no bot',
  async (t) => {
    const tenant = await platform.tenant('Club')
    const admin = await tenant.admin()
    const bot = await botAtWork({ platform, tenant, admin }, `throw new Error('its own fault')`)
    const failures = async (): Promise<number | undefined> => {
      const [row] = await tenant.unit((tx) =>
        tx.query<{ n: number }>('SELECT failures_in_row AS n FROM bots.installation WHERE tenant_id = $1', [
          tx.tenantId,
        ]),
      )
      return row?.n
    }
    const nearly = 4
    await tenant.unit((tx) =>
      tx.query('UPDATE bots.installation SET failures_in_row = $2 WHERE tenant_id = $1', [tx.tenantId, nearly]),
    )
    const id = await bot.start()
    await platform.settle()
    for (const [attempt, seconds] of [30, 120, 600, 3600].entries()) {
      t.match(await bot.trace(id), { status: 'retrying', ended: 'infra', attempt: attempt + 1 })
      platform.clock.advance((seconds + 1) * 1000)
      await tenant.unit((tx) => tx.enqueue('bots.run', { runId: id }, { key: `again:${attempt}` }))
      await platform.settle()
    }
    t.match(await bot.trace(id), { status: 'failed', ended: 'infra', attempt: 5, reason: /platform could not run it/ })
    t.equal(await failures(), nearly, 'not counted')
    t.match((await admin.get('/api/v1/bots/worker')).json(), { enabled: true, stopped: null })

    standing = true
    t.match(await bot.run(), { status: 'failed', ended: 'error' })
    t.match((await admin.get('/api/v1/bots/worker')).json(), {
      enabled: false,
      stopped: { failures: 5, ended: 'error' },
    })
  },
)
