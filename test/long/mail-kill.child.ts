/** Sends what is due in a process of its own, until it is killed. Started by mails.test.ts. */
import type { MailSettings } from '@guildhall/sdk'
import { MovableClock } from '#core/clock.ts'
import { databaseUrls } from '#core/database/connections.ts'
import { systemAccess } from '#core/permissions/access.ts'
import { createContext } from '#core/plugin-host/index.ts'
import { openRuntime } from '#core/runtime.ts'
import { testMasterKey } from '#core/testing/index.ts'
import type { EmailContext } from '#plugins/email/context.ts'
import { emailPlugin } from '#plugins/email/index.ts'
import { deliver } from '#plugins/email/sending/deliver.ts'
import { createSandbox } from '../../bots/engine/index.ts'

const { ownerUrl, dataDir, roleOwner, tenantId, now, mail } = JSON.parse(process.env.MAILS_TO_SEND as string) as Record<
  'ownerUrl' | 'dataDir' | 'roleOwner' | 'tenantId' | 'now',
  string
> & { mail: MailSettings }
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const runtime = await openRuntime({
  urls: databaseUrls({ ownerUrl, masterKey: testMasterKey, roleOwner }),
  pool: { rw: 2, platform: 2 },
  plugins: [emailPlugin],
  core: {
    dataDir,
    organizationDefaults: { inviteExpiryDays: 7, membershipReminderDays: 30 },
    publicUrl: 'http://localhost:8000',
    mail,
    sandbox: createSandbox({ runners: 1, log }),
  },
  masterKey: testMasterKey,
  clock: new MovableClock(new Date(now)),
  log,
  working: false,
})
const ctx = createContext(runtime.context, {
  plugin: runtime.host.plugin('email')!,
  tenantId,
  actor: { kind: 'system', reason: 'test' },
  enablement: await runtime.enablement.of(tenantId),
  access: systemAccess,
  signal: new AbortController().signal,
  log,
  scope: {},
  reading: false,
}) as unknown as EmailContext
await deliver(ctx)
await runtime.close()
