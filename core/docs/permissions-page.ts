import { builtinRoles } from '../permissions/builtin-roles.ts'
import type { PluginHost } from '../plugin-host/index.ts'
import { code, openingOf, tableOf } from './page.ts'

/** Who holds what: one table a plugin, one column a built-in role of an organisation. */
export function permissionsPage(host: PluginHost): string {
  const declared = host.declaredPermissions
  const roles = builtinRoles(declared)
  const holds = (role: (typeof roles)[number], id: string) =>
    role.permissions.has(id) ? 'yes' : role.permissions.has(`${id}:own`) ? 'own record' : ''
  return [
    ...openingOf('Permissions', 'what core and the plugins declare'),
    'A role holds permissions; a scope of a token is a permission or `<plugin>.*`. *Own record* means: for the record of the',
    'member whom the user is linked to. [Users and permissions](../users-and-permissions.md) explains roles, grants and areas.',
    '*Whole* means: it concerns the organisation as a whole, so a role held at a group gives nothing of it.',
    '',
    ...host.plugins
      .toSorted((a, b) => rank(a.id) - rank(b.id))
      .flatMap((plugin) => {
        const own = declared.filter(({ id }) => host.permissions.get(id)?.plugin === plugin)
        return own.length === 0
          ? []
          : [
              `## ${plugin.spec.title}`,
              '',
              ...tableOf(
                ['permission', 'what it allows', 'writes', 'where', ...roles.map(({ key }) => code(key))],
                own.map(({ id, title, writes, wholeOnly, platform }) => [
                  code(id),
                  title,
                  writes ? 'yes' : '',
                  platform ? 'platform' : wholeOnly ? 'whole' : 'groups too',
                  ...roles.map((role) => holds(role, id)),
                ]),
              ),
            ]
      }),
  ].join('\n')
}

/** Core first, the others in the order in which they depend on each other. */
const rank = (id: string): number => (id === 'core' ? 0 : 1)
