import { parseEntry } from '@guildhall/sdk'
import type { Declarations } from './builtin-roles.ts'

/** What is wrong with the entries of an organisation's own role, one sentence each; saving it is refused on any. */
export function tenantRoleProblems(entries: Iterable<string>, declarations: Declarations): string[] {
  return [...entries].flatMap((entry) => {
    const { permission, own } = parseEntry(entry)
    const declaration = Object.hasOwn(declarations, permission) ? declarations[permission] : undefined
    if (!declaration) return [`${entry}: there is no permission ${permission} here`]
    if (declaration.platform) return [`${entry}: stands above organisations, their roles cannot hold it`]
    if (own && !declaration.own) return [`${entry}: cannot be held for the own record alone`]
    return []
  })
}
