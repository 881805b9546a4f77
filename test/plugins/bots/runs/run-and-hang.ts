/** A node of its own on the database it is told: takes the waiting run and stops in the middle of its fifth effect. */

import { MovableClock } from '#core/clock.ts'
import { databaseUrls } from '#core/database/connections.ts'
import type { JobData } from '#core/jobs/queue.ts'
import { openRuntime } from '#core/runtime.ts'
import { testMasterKey } from '#core/testing/index.ts'
import { runJob } from '#plugins/bots/job-names.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { createSandbox } from '../../../../bots/engine/index.ts'
import { stampsPlugin } from './stamps-plugin.ts'

const { ownerUrl, roleOwner, dataDir, now } = JSON.parse(process.argv[2]!) as Record<
  'ownerUrl' | 'roleOwner' | 'dataDir' | 'now',
  string
>
const quiet = () => {}
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const stamps = stampsPlugin(async (n) => {
  if (n < 5) return
  process.stdout.write('in the fifth effect\n')
  await new Promise(() => setInterval(quiet, 1000))
})
const runtime = await openRuntime({
  urls: databaseUrls({ ownerUrl, masterKey: testMasterKey, roleOwner }),
  pool: { rw: 2, platform: 2 },
  plugins: [...bundledPlugins, stamps],
  core: {
    dataDir,
    organizationDefaults: { inviteExpiryDays: 7, membershipReminderDays: 30 },
    publicUrl: 'http://localhost:8000',
    sandbox: createSandbox({ runners: 1, log }),
  },
  masterKey: testMasterKey,
  clock: new MovableClock(new Date(now)),
  log,
  working: false,
})
const [job] = await runtime.boss.fetch<JobData>(runJob, { batchSize: 1, includeMetadata: true })
if (!job) throw new Error('no run is waiting')
await runtime.worker.run(runJob, job)
