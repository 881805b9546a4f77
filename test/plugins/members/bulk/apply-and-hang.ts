/** A node of its own on the database it is told: takes the waiting operation and stops in the middle of its third batch. */

import { MovableClock } from '#core/clock.ts'
import { databaseUrls } from '#core/database/connections.ts'
import type { JobData } from '#core/jobs/queue.ts'
import { openRuntime } from '#core/runtime.ts'
import { testMasterKey } from '#core/testing/index.ts'
import { applyJob } from '#plugins/members/bulk/job-names.ts'
import { membersPlugin } from '#plugins/members/index.ts'
import { stampingPlugin } from './stamping.ts'

const { ownerUrl, roleOwner, dataDir } = JSON.parse(process.argv[2]!) as Record<
  'ownerUrl' | 'roleOwner' | 'dataDir',
  string
>
const quiet = () => {}
const stamps = stampingPlugin(async (batch) => {
  if (batch < 3) return
  process.stdout.write('in the third batch\n')
  await new Promise(() => setInterval(quiet, 1000))
})
const runtime = await openRuntime({
  urls: databaseUrls({ ownerUrl, masterKey: testMasterKey, roleOwner }),
  pool: { rw: 2, platform: 2 },
  plugins: [membersPlugin, stamps],
  core: {
    dataDir,
    organizationDefaults: { inviteExpiryDays: 7, membershipReminderDays: 30 },
    publicUrl: 'http://localhost:8000',
  },
  masterKey: testMasterKey,
  clock: new MovableClock(),
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  working: false,
})
const [job] = await runtime.boss.fetch<JobData>(applyJob, { batchSize: 1, includeMetadata: true })
if (!job) throw new Error('no operation is waiting')
await runtime.worker.run(applyJob, job)
