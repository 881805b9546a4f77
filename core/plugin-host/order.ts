import { ownerOf, type ServiceRef } from '@guildhall/sdk'
import sdk from '@guildhall/sdk/package.json' with { type: 'json' }
import type { InstalledPlugin } from './installed.ts'
import { satisfies } from './versions.ts'

/**
 * Dependencies first, ties by id: start, migrations and shutdown follow it.
 * @throws one error that names everything missing, out of range and cyclic at once.
 */
export function inOrder(plugins: readonly InstalledPlugin[]): InstalledPlugin[] {
  const byId = new Map(plugins.map((plugin) => [plugin.id, plugin]))
  const problems = [
    ...duplicates(plugins),
    ...plugins.flatMap(writtenForAnother),
    ...plugins.flatMap((plugin) => missing(plugin, byId)),
  ]
  const ordered: InstalledPlugin[] = []
  const state = new Map<string, 'visiting' | 'done'>()
  const visit = (plugin: InstalledPlugin, path: readonly string[]): void => {
    if (state.get(plugin.id) === 'done') return
    if (state.get(plugin.id) === 'visiting') {
      problems.push(`cycle: ${[...path.slice(path.indexOf(plugin.id)), plugin.id].join(' -> ')}`)
      return
    }
    state.set(plugin.id, 'visiting')
    for (const id of plugin.dependsOn.toSorted()) {
      const dependency = byId.get(id)
      if (dependency) visit(dependency, [...path, plugin.id])
    }
    state.set(plugin.id, 'done')
    ordered.push(plugin)
  }
  for (const plugin of plugins.toSorted((a, b) => (a.id < b.id ? -1 : 1))) visit(plugin, [])
  if (problems.length > 0)
    throw new Error(`Plugins do not fit together:\n${problems.map((p) => `  - ${p}`).join('\n')}`)
  return ordered
}

function duplicates(plugins: readonly InstalledPlugin[]): string[] {
  const seen = new Set<string>()
  return plugins.flatMap(({ id }) => {
    const twice = seen.has(id)
    seen.add(id)
    return twice ? [`plugin "${id}" is installed twice`] : []
  })
}

/** Its types may fit and what they mean may not: better not to start. */
function writtenForAnother({ id, spec }: InstalledPlugin): string[] {
  try {
    if (satisfies(sdk.version, spec.sdk)) return []
  } catch (error) {
    return [`plugin "${id}": sdk: ${(error as Error).message}`]
  }
  return [
    `plugin "${id}" was written for SDK ${spec.sdk}, and this platform has ${sdk.version}: install a version of the plugin for SDK ${sdk.version}, or the platform it was written for`,
  ]
}

function missing(plugin: InstalledPlugin, byId: ReadonlyMap<string, InstalledPlugin>): string[] {
  const problems: string[] = []
  for (const [id, range] of Object.entries(plugin.spec.dependsOn ?? {})) {
    const found = byId.get(id)
    if (!found) problems.push(`plugin "${plugin.id}" depends on "${id}", which is not installed`)
    else if (!satisfies(found.version, range as string))
      problems.push(`plugin "${plugin.id}" needs "${id}" ${range}, but ${found.version} is installed`)
  }
  const provided = new Set([...byId.values()].flatMap((p) => p.services.map((s) => s.ref.id)))
  const refs = Object.values((plugin.spec.uses ?? {}) as Record<string, ServiceRef<unknown>>)
  for (const { id } of refs) {
    const owner = ownerOf(id)
    if (owner === 'core') continue
    if (!plugin.dependsOn.includes(owner))
      problems.push(`plugin "${plugin.id}" uses the service "${id}" without depending on "${owner}"`)
    else if (!provided.has(id)) problems.push(`plugin "${plugin.id}" uses the service "${id}", which nobody provides`)
  }
  return problems
}
