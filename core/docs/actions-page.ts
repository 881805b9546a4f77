import { opsOf, type ToldField } from '@guildhall/sdk'
import type { AnyAction, PluginHost } from '../plugin-host/index.ts'
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
      ...listOf(host, action),
    ]),
  ].join('\n')
}

/** By what a list is filtered and sorted, contributions of the plugins included. */
function listOf(host: PluginHost, { lists }: AnyAction): string[] {
  if (!lists) return []
  const contributed = lists.contributed ? host.installedContributions(lists.contributed) : []
  const fields = [...Object.entries(lists.fields), ...contributed.map((field) => [field.name, field] as const)]
  return [
    'A filter is `{ field, op, value }`, or `{ and: [...] }`, `{ or: [...] }`, `{ not: ... }` of such; `value` is a list for `in`',
    'and `between`, `true` or `false` for `isNull`. Its type is `Filter` of `@guildhall/sdk`.',
    '',
    ...tableOf(['field', 'type', 'operators', 'what it is'], fields.map(rowOf)),
    `\`sort\` takes ${Object.keys(lists.sorts).map(code).join(', ')}, several separated by commas; \`-\` before one reverses it.`,
    '',
  ]
}

const rowOf = ([name, field]: readonly [string, ToldField]): string[] => [
  code(name),
  field.type,
  code(opsOf(field).join(' ')),
  field.values ? `${field.description}: ${field.values.join(', ')}` : field.description,
]
