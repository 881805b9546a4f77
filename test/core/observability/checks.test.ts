import { definePlugin, healthContributions, mailSettingsService } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { MemoryCache } from '#core/cache/index.ts'
import { createLog } from '#core/http/index.ts'
import { platformChecks } from '#core/observability/checks.ts'
import { startTestPlatform } from '#core/testing/index.ts'

const post = definePlugin({
  id: 'post',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Post',
  config: { schema: Type.Object({}) },
  permissions: {},
  contributes: (c) => {
    c.to(healthContributions, {
      name: 'smtp',
      check: async (root) => (root(mailSettingsService).settings.server ? { state: 'ok' } : { state: 'off' }),
    })
    c.to(healthContributions, {
      name: 'post-office',
      check: async () => {
        throw new Error('canary')
      },
    })
  },
})

t.test('what plugins say of their health is told, and takes no node out of service', async (t) => {
  await using platform = await startTestPlatform({ plugins: [post] })
  const checks = platformChecks({
    runtime: platform.runtime,
    cache: new MemoryCache(),
    dataDir: platform.dataDir,
    working: false,
    migrations: [],
    identityProvider: async () => 'ok',
  })
  const report = await checks.report(createLog({ level: 'silent' }))
  t.match(
    report.checks.find(({ name }) => name === 'smtp'),
    { state: 'off', required: false },
  )
  t.match(
    report.checks.find(({ name }) => name === 'post-office'),
    { state: 'down', required: false },
  )
  t.equal(report.status, 'degraded')
  t.notMatch(JSON.stringify(report), /canary/)
})
