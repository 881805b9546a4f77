import { definePlugin } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { manifestOf } from '#core/core-plugin/manifest.ts'
import { PluginHost } from '#core/plugin-host/index.ts'

const written = (sdk: string) =>
  definePlugin({
    id: 'clock-in',
    version: '1.0.0',
    sdk,
    title: 'Clock in',
    config: { schema: Type.Object({}) },
    permissions: {},
    bots: [{ source: new URL('file:///somewhere/secret/bots/late/bot.ts') }],
  })

t.test('a plugin for another SDK stops the boot, and says which and what to do', async (t) => {
  t.doesNotThrow(() => new PluginHost([written('^0.1.0')]))
  t.throws(() => new PluginHost([written('^0.2.0')]), /plugin "clock-in" was written for SDK \^0\.2\.0, .* install/)
  t.throws(() => new PluginHost([written('^1')]), /clock-in/)
  t.throws(() => new PluginHost([written('newest')]), /clock-in.*version range "newest"/)
})

t.test('the manifest names the bots a plugin brings, not where they stand', async (t) => {
  const plugin = new PluginHost([written('*')]).plugin('clock-in')!
  const manifest = manifestOf(plugin)
  t.same(manifest.bots, [{ source: 'late/bot.ts' }])
  t.notMatch(JSON.stringify(manifest), /secret/)
})
