import { actionsService, definePlugin, maintenanceFigures, type Problem } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import type { PlatformReport } from '#core/core-plugin/report/platform-report.ts'
import { startTestPlatform } from '#core/testing/index.ts'
import { createAccount } from '../../support/signed-in.ts'

/** Stops the first figure that is counted, and says when it has come so far. */
let stopped: { readonly reached: () => void; readonly until: Promise<void> } | null = null

const seats = definePlugin({
  id: 'seats',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Seats',
  config: { schema: Type.Object({}) },
  permissions: {},
  jobs: (j) =>
    j.job({
      id: 'seats.count',
      title: 'Count',
      input: Type.Object({}),
      timeoutMs: 1000,
      attempts: 1,
      run: async () => {},
    }),
  contributes: (c) => {
    c.to(maintenanceFigures, {
      id: 'seats.taken',
      title: 'Seats taken',
      compute: async (tx) => {
        stopped?.reached()
        await stopped?.until
        const [row] = await tx.query<{ n: number }>(
          `SELECT (settings->>'inviteExpiryDays')::int AS n FROM core.tenant WHERE id = $1`,
          [tx.tenantId],
        )
        return { value: row?.n ?? 0, limit: 10 }
      },
    })
    c.to(maintenanceFigures, {
      id: 'seats.broken',
      title: 'Broken',
      compute: async (tx) => {
        await tx.query(`DELETE FROM core.tenant WHERE id = $1`, [tx.tenantId])
        return { value: 1 }
      },
    })
  },
})

const platform = await startTestPlatform({ plugins: [seats] })
t.teardown(() => platform.close())
const club = await platform.tenant('Club')
const full = await platform.tenant('Full')
await full.unit((tx) =>
  tx.query(`UPDATE core.tenant SET settings = '{"inviteExpiryDays": 9}' WHERE id = $1`, [tx.tenantId]),
)
await platform.settle()
const actions = await club.service(actionsService)
const call = (installedBy: { kind: string; id: string }): Promise<PlatformReport> =>
  actions.call({
    action: 'core.platformReport',
    input: {},
    bot: { installationId: uuidv7(), runId: uuidv7(), installedBy, granted: ['core.platformReport'] },
  }) as Promise<PlatformReport>
const root = await createAccount(platform, 'root@example.org', 'super_admin')

t.test("a super administrator's bot reads what piles up in every organisation", async (t) => {
  await full.disable('seats')
  await full.unit((tx) => tx.enqueue('seats.count', {}))
  await platform.drain()
  await full.enable('seats')
  const report = await call({ kind: 'user', id: root })
  const figure = (id: string) => report.figures.find((one) => one.id === id)
  t.equal(report.organizations, 2)
  t.match(figure('core.parked-jobs'), { total: 1, organizations: [{ slug: full.slug, value: 1, limit: null }] })
  t.match(figure('seats.taken'), { total: 9, organizations: [{ slug: full.slug, value: 9, limit: 10 }] })
  t.match(report.nearLimits, [{ figure: 'seats.taken', slug: full.slug, value: 9, limit: 10 }])
  t.same(
    report.unread.map(({ figure: id }) => id),
    ['seats.broken', 'seats.broken'],
    'it wrote, which it may not',
  )
  t.same(figure('core.failed-jobs')?.total, 0)
})

t.test("nobody else's bot reads it, whatever role an organisation gives", async (t) => {
  const auditor = await createAccount(platform, 'auditor@example.org', 'platform_auditor')
  const admin = await createAccount(platform, 'admin@example.org')
  await club.unit(async (tx) => {
    await tx.query(
      `INSERT INTO core.role (tenant_id, id, key, title, permissions) VALUES ($1, $2, 'sly', 'Sly', '{core.organizations.read}')`,
      [tx.tenantId, uuidv7()],
    )
    await tx.query(
      `INSERT INTO core."grant" (tenant_id, id, principal_kind, principal_id, role) VALUES ($1, $2, 'user', $3, 'sly')`,
      [tx.tenantId, uuidv7(), admin],
    )
    tx.accessChanged()
  })
  for (const id of [auditor, admin])
    await t.rejects(call({ kind: 'user', id }), { name: 'Problem', status: 403 } satisfies Partial<Problem>)
})

t.test('two reports at once do not wait for each other', async (t) => {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  stopped = { reached: reached.resolve, until: released.promise }
  const first = call({ kind: 'user', id: root })
  await reached.promise
  await t.rejects(call({ kind: 'user', id: root }), { name: 'Problem', status: 409 } satisfies Partial<Problem>)
  stopped = null
  released.resolve()
  t.ok(await first)
  t.ok(await call({ kind: 'user', id: root }), 'and a third has its turn')
})
