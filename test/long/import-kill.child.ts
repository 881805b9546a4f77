/** Applies a plan in a process of its own, and says after each batch how far it is. Started by import-kill.test.ts. */

import { systemClock } from '#core/clock.ts'
import { databaseUrls } from '#core/database/connections.ts'
import { systemAccess } from '#core/permissions/access.ts'
import { createContext } from '#core/plugin-host/index.ts'
import { openRuntime } from '#core/runtime.ts'
import { testMasterKey } from '#core/testing/index.ts'
import type { MembersContext } from '#plugins/members/context.ts'
import { importServiceFor } from '#plugins/members/import/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'

const { ownerUrl, dataDir, roleOwner, tenantId, importId, hash } = JSON.parse(
  process.env.IMPORT_TO_APPLY as string,
) as Record<'ownerUrl' | 'dataDir' | 'roleOwner' | 'tenantId' | 'importId' | 'hash', string>
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const runtime = await openRuntime({
  urls: databaseUrls({ ownerUrl, masterKey: testMasterKey, roleOwner }),
  pool: { rw: 2, platform: 2 },
  plugins: [membersPlugin],
  core: {
    dataDir,
    organizationDefaults: { inviteExpiryDays: 7, membershipReminderDays: 30 },
    publicUrl: 'http://localhost:8000',
  },
  masterKey: testMasterKey,
  clock: systemClock,
  log,
  working: false,
})
const ctx = createContext(runtime.context, {
  plugin: runtime.host.plugin('members')!,
  tenantId,
  actor: { kind: 'system', reason: 'test' },
  enablement: await runtime.enablement.of(tenantId),
  access: systemAccess,
  signal: new AbortController().signal,
  log,
  scope: {},
  reading: false,
}) as unknown as MembersContext
await importServiceFor(ctx).apply(importId, hash, (done) => process.stdout.write(`${done}\n`))
await runtime.close()
