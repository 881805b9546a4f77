import { parseEntry } from '@guildhall/sdk'
import type { DeclaredPermission } from './builtin-roles.ts'

/** What is wrong with the entries of an organisation's own role, one sentence each; saving it is refused on any. */
export function tenantRoleProblems(entries: Iterable<string>, declared: readonly DeclaredPermission[]): string[] {
  const declarations = new Map(declared.map((declaration) => [declaration.id, declaration]))
  return [...entries].flatMap((entry) => {
    const { permission, own } = parseEntry(entry)
    const declaration = declarations.get(permission)
    if (!declaration) return [`${entry}: there is no permission ${permission} here`]
    if (declaration.platform) return [`${entry}: stands above organisations, their roles cannot hold it`]
    if (own && !declaration.own) return [`${entry}: cannot be held for the own record alone`]
    return []
  })
}
