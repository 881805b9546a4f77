import { type BuiltinRole, ownEntry, type PermissionDeclaration, type Role, type RoleDescription } from '@guildhall/sdk'

/** A permission with its id, as core and the installed plugins declare it. */
export type DeclaredPermission = PermissionDeclaration & { readonly id: string }

export interface BuiltinRoleDescription extends Role {
  readonly key: BuiltinRole
  readonly title: string
  readonly titles: RoleDescription['titles']
  /** Given to a user of the platform, never within an organisation. */
  readonly global: boolean
}

/**
 * The built-in roles, made of what is declared. Nobody edits them; organisations copy them.
 * Source: SECURITY §3; the table of test/core/permissions/builtin-roles.test.ts is written by hand.
 */
export function builtinRoles(declared: readonly DeclaredPermission[]): readonly BuiltinRoleDescription[] {
  const within = declared.filter(({ platform }) => !platform)
  const granted = (role: 'admin' | 'maker' | 'service_provider') =>
    within.filter(({ grantedTo }) => grantedTo?.includes(role))
  const reading = ({ writes }: DeclaredPermission) => writes === false
  const ids = (permissions: readonly DeclaredPermission[]) => new Set(permissions.map(({ id }) => id))
  // A declaration that breaks a rule stops the boot; here it gives no right even where nobody asked for problems.
  const own = (permissions: readonly DeclaredPermission[]) =>
    new Set(permissions.filter(({ own }) => own).map(({ id }) => ownEntry(id)))
  const role = (key: BuiltinRole, en: string, de: string, permissions: ReadonlySet<string>, global = false) =>
    ({ key, title: en, titles: { en, de }, global, permissions }) satisfies BuiltinRoleDescription
  return [
    role('super_admin', 'Super administrator', 'Verwaltung der Plattform', ids(declared), true),
    role('platform_auditor', 'Platform auditor', 'Prüfung der Plattform', ids(declared.filter(reading)), true),
    role('makerspace_admin', 'Administrator', 'Administration', ids(within)),
    role('admin', 'Viewer', 'Einsicht', ids(granted('admin').filter(reading))),
    role('maker', 'Maker', 'Maker', own(granted('maker'))),
    role('service_provider', 'Service provider', 'Dienstleister', own(granted('service_provider'))),
  ]
}

/** What is wrong with declared permissions, one sentence each; the boot stops on any. */
export function declarationProblems(declared: readonly DeclaredPermission[]): string[] {
  return declared.flatMap(({ id, ...declaration }) => {
    const to = (role: string) => declaration.grantedTo?.some((granted) => granted === role) ?? false
    const problems: string[] = []
    if (!/^[a-z][a-zA-Z0-9-]*(\.[a-z][a-zA-Z0-9-]*)+$/.test(id))
      problems.push('is no id: write <plugin>.<noun or verb>')
    if (typeof declaration.writes !== 'boolean')
      problems.push('does not say whether it writes: add writes: true or writes: false')
    if (declaration.writes && to('admin'))
      problems.push('writes and is granted to admin, who only reads: drop admin from grantedTo')
    for (const role of ['maker', 'service_provider'])
      if (to(role) && !declaration.own)
        problems.push(`is granted to ${role}, who acts on his own record only: add own: true`)
    for (const role of declaration.grantedTo ?? [])
      if (!tenantRoles.has(role))
        problems.push(`is granted to ${role}, which is none of ${[...tenantRoles].join(', ')}`)
    if (declaration.wholeOnly && declaration.own)
      problems.push('concerns the whole organisation and can be held for the own record: drop own or wholeOnly')
    if (declaration.platform && declaration.grantedTo?.length)
      problems.push('stands above organisations and is granted to their roles: drop grantedTo or platform')
    return problems.map((problem) => `permission ${id} ${problem}`)
  })
}

const tenantRoles: ReadonlySet<string> = new Set(['makerspace_admin', 'admin', 'maker', 'service_provider'])
