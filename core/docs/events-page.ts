import type { PluginHost } from '../plugin-host/index.ts'
import { code, openingOf, tableOf } from './page.ts'
import { shapeOf } from './shape.ts'

export function eventsPage(host: PluginHost): string {
  const events = [...host.events.values()].toSorted((a, b) => (a.event.id < b.event.id ? -1 : 1))
  return [
    ...openingOf('Events', 'what the plugins declare'),
    'An event is written in the transaction of the change and delivered at least once, with a stable id. Payloads carry ids and',
    'names of changed fields, never personal values. `GET /api/v1/events` gives the same with the full schema.',
    '',
    ...tableOf(
      ['event', 'when', 'plugin', 'version', 'payload'],
      events.map(({ plugin, event }) => [
        code(event.id),
        event.title,
        code(plugin.id),
        String(event.version),
        code(shapeOf(event.payload)),
      ]),
    ),
    '## Examples',
    '',
    ...events.flatMap(({ event }) => [
      `\`${event.id}\`:`,
      '',
      '```json',
      JSON.stringify(event.example, null, 2),
      '```',
      '',
    ]),
  ].join('\n')
}
