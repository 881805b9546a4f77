import { type BuiltinRole, ownEntry, type PermissionDeclaration, type Role } from '@guildhall/sdk'

export type Declarations = Readonly<Record<string, PermissionDeclaration>>
export type BuiltinRoles = Readonly<Record<BuiltinRole, Role & { readonly key: BuiltinRole; readonly global: boolean }>>

/**
 * The built-in roles, made of what core and plugins declare. Nobody edits them; organisations copy them.
 * `super_admin` and `platform_auditor` are global: they are given to users, never within an organisation.
 * Source: SECURITY §3; the table of test/core/permissions/builtin-roles.test.ts is written by hand.
 */
export function builtinRoles(declarations: Declarations): BuiltinRoles {
  const all = Object.entries(declarations)
  const within = all.filter(([, declaration]) => !declaration.platform)
  const granted = (role: 'admin' | 'maker' | 'service_provider') =>
    within.filter(([, declaration]) => declaration.grantedTo?.includes(role))
  const ids = (entries: typeof all) => new Set(entries.map(([id]) => id))
  const reading = ([, declaration]: (typeof all)[number]) => declaration.writes === false
  // The rules are kept here once more: a declaration that breaks one gives no right even where nobody asked for problems.
  const ownOnly = (role: 'maker' | 'service_provider') =>
    new Set(
      granted(role)
        .filter(([, declaration]) => declaration.own)
        .map(([id]) => ownEntry(id)),
    )
  return {
    super_admin: { key: 'super_admin', global: true, permissions: ids(all) },
    platform_auditor: { key: 'platform_auditor', global: true, permissions: ids(all.filter(reading)) },
    makerspace_admin: { key: 'makerspace_admin', global: false, permissions: ids(within) },
    admin: { key: 'admin', global: false, permissions: ids(granted('admin').filter(reading)) },
    maker: { key: 'maker', global: false, permissions: ownOnly('maker') },
    service_provider: { key: 'service_provider', global: false, permissions: ownOnly('service_provider') },
  }
}

/** What is wrong with declared permissions, one sentence each; the boot stops on any. */
export function declarationProblems(declarations: Declarations): string[] {
  return Object.entries(declarations).flatMap(([id, declaration]) => {
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
    if (declaration.platform && declaration.grantedTo?.length)
      problems.push('stands above organisations and is granted to their roles: drop grantedTo or platform')
    return problems.map((problem) => `permission ${id} ${problem}`)
  })
}

const tenantRoles: ReadonlySet<string> = new Set(['makerspace_admin', 'admin', 'maker', 'service_provider'])
