import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { PluginHost } from '#core/plugin-host/host.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { files, project, read } from '../support/source-tree.ts'

/** ARCHITECTURE §4: a plugin is complete when it has routes, permissions, events, actions, audit entries, a README and tests. */

const host = new PluginHost(bundledPlugins)
/** Parts a plugin does without, and why. */
const without: Readonly<Record<string, readonly string[]>> = {
  // It only reads what others have, and shows it.
  analytics: ['events', 'audit entries', 'migrations'],
}

for (const plugin of host.plugins) {
  const { id } = plugin
  t.test(`the plugin ${id} is complete`, async (t) => {
    const code = files(`plugins/${id}/**/*.ts`).map(read).join('\n')
    const parts: Readonly<Record<string, boolean>> = {
      routes: plugin.routes.length > 0,
      permissions: Object.keys(plugin.spec.permissions).length > 0,
      events: plugin.emits.length > 0,
      actions: plugin.actions.length > 0,
      'audit entries': /tx\.audit\(/.test(code),
      migrations: (plugin.spec.migrations?.length ?? 0) > 0,
      tests: files(`test/plugins/${id}/**/*.test.ts`).length > 0,
      'a README': existsSync(join(project, 'plugins', id, 'README.md')),
    }
    t.same(
      Object.keys(parts).filter((part) => !parts[part]),
      without[id] ?? [],
    )
  })
}

t.test('what plugins declare stands in the reference, and nothing else does', async (t) => {
  const named = (page: string, first: RegExp) =>
    [...read(`docs/reference/${page}.md`).matchAll(first)].map(([, id]) => id as string)
  const rows = /^\| `([a-z][\w-]*\.[\w.-]+)`/gm
  const ofPlugins = (ids: Iterable<string>) => [...ids].filter((id) => !id.startsWith('core.')).sort()
  t.same(ofPlugins(named('permissions', rows)), ofPlugins(host.permissions.keys()))
  // Its tables also list the fields of filters.
  t.same(ofPlugins(named('actions', /^### ([\w.-]+)$/gm)), ofPlugins(host.actions.keys()))
  t.same(ofPlugins(named('events', rows)), ofPlugins(host.events.keys()))
  const errors = new Set(named('errors', /<a id="([\w-]+)">/g))
  t.same(
    host.problems.map(({ type }) => type).filter((type) => !errors.has(type)),
    [],
  )
})

t.test('words of the audit trail and of events begin with the plugin that says them', async (t) => {
  for (const plugin of host.plugins) {
    const own = [plugin.id, ...(plugin.spec.also ?? [])]
    const strange = files(`plugins/${plugin.id}/**/*.ts`).flatMap((path) =>
      [...read(path).matchAll(/\baction: '([\w-]+\.[\w.-]+)'/g)].flatMap(([, action]) =>
        // Calls of others' actions say `action`, too.
        own.some((first) => action?.startsWith(`${first}.`)) || host.actions.has(action ?? '')
          ? []
          : [`${path}: ${action}`],
      ),
    )
    t.same(strange, [], plugin.id)
  }
})
