import type { PluginHost } from '../plugin-host/index.ts'
import { code, openingOf, tableOf } from './page.ts'
import { shapeOf } from './shape.ts'

export function actionsPage(host: PluginHost): string {
  const actions = [...host.actions.values()].toSorted((a, b) => (a.action.id < b.action.id ? -1 : 1))
  return [
    ...openingOf('Actions', 'what the plugins declare'),
    'Actions are what bots may call. Each needs a permission, and says whether it reads, writes or destroys; *calls* is the most',
    'calls in one run. `GET /api/v1/actions` gives the same with the full schemas, and `guildhall types` writes them as types.',
    '',
    ...tableOf(
      ['action', 'what it does', 'permission', 'effect', 'calls'],
      actions.map(({ action }) => [
        code(action.id),
        action.title,
        code(action.requires),
        action.effect,
        String(action.perRun),
      ]),
    ),
    '## Input and output',
    '',
    ...actions.flatMap(({ action }) => [
      `### ${action.id}`,
      '',
      `- Input: ${code(shapeOf(action.input))}`,
      `- Output: ${code(shapeOf(action.output, 1))}`,
      '',
    ]),
  ].join('\n')
}
