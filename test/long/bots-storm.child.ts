/** A node that works: events, schedules, runs of bots, until it is killed. Started by bots-storm.test.ts. */
import { systemClock } from '#core/clock.ts'
import { databaseUrls } from '#core/database/connections.ts'
import { openRuntime } from '#core/runtime.ts'
import { testMasterKey } from '#core/testing/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { createSandbox } from '../../bots/engine/index.ts'
import { stampsPlugin } from '../plugins/bots/runs/stamps-plugin.ts'

const { ownerUrl, roleOwner, dataDir } = JSON.parse(process.argv[2] as string) as Record<
  'ownerUrl' | 'roleOwner' | 'dataDir',
  string
>
const say = (level: string) => (about: object, message: string) => {
  const { err, ...rest } = about as { err?: Error }
  process.stderr.write(`${level} ${message} ${JSON.stringify(rest)} ${err?.stack ?? ''}\n`)
}
const log = { debug: () => {}, info: () => {}, warn: say('warn'), error: say('error') }
const runtime = await openRuntime({
  urls: databaseUrls({ ownerUrl, masterKey: testMasterKey, roleOwner }),
  pool: { rw: 6, platform: 3 },
  plugins: [...bundledPlugins, stampsPlugin()],
  core: {
    dataDir,
    organizationDefaults: { inviteExpiryDays: 7, membershipReminderDays: 30 },
    publicUrl: 'http://localhost:8000',
    sandbox: createSandbox({ runners: 1, log }),
  },
  masterKey: testMasterKey,
  clock: systemClock,
  log,
  working: true,
})
await runtime.work()
process.stdout.write('working\n')
