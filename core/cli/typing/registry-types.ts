import { readConfig } from '../../config/index.ts'
import { installedPlugins } from '../../platform.ts'
import { PluginHost } from '../../plugin-host/index.ts'
import { typeOf } from './type-of.ts'

/** Declaration merging for authors outside: what the installed plugins register. Needs no database. */
export async function registryTypes(): Promise<{ text: string; actions: number; events: number }> {
  const host = new PluginHost(await installedPlugins(await readConfig()))
  const actions = [...host.actions.values()].map(
    ({ action }) =>
      `    /** ${action.title} */\n    '${action.id}': { input: ${typeOf(action.input, 3)}; output: ${typeOf(action.output, 3)} }`,
  )
  const events = [...host.events.values()].map(
    ({ event }) =>
      `    /** ${event.title} (version ${event.version}) */\n    '${event.id}': ${typeOf(event.payload, 3)}`,
  )
  const text = [
    '// Written by `guildhall types`: the actions and events of an installation. Do not edit.',
    "import type { Filter } from '@guildhall/sdk'",
    '',
    "declare module '@guildhall/sdk' {",
    '  interface ActionRegistry {',
    ...actions.sort(),
    '  }',
    '  interface EventRegistry {',
    ...events.sort(),
    '  }',
    '}',
  ].join('\n')
  return { text, actions: actions.length, events: events.length }
}
