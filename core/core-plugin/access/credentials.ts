import { type Context, invalid, List, parseEntry, Text, type Tx, wholeOrganization } from '@guildhall/sdk'
import { inScopes } from '../../permissions/compile.ts'
import type { Runtime } from '../../runtime.ts'
import { requireAll, roleNamed } from './access-service.ts'

/** What a token, a service account or a client is limited to. */
export const Scopes = List(
  Text(120, { description: 'A permission id, or `<plugin>.*`', examples: ['members.read', 'groups.*'] }),
  500,
  { uniqueItems: true, description: 'Permissions it is confined to; default: all of the role' },
)

/**
 * A credential carries its role less what its scopes leave out; whoever makes it must hold that much himself.
 * @throws Problem 400 for an unknown role or scope, 403
 */
export async function requireGrantableCredential(
  runtime: Runtime,
  tx: Tx,
  ctx: Pick<Context, 'actor' | 'reach'>,
  o: { readonly role: string; readonly scopes?: readonly string[] | null },
): Promise<void> {
  const { permissions } = await roleNamed(runtime, tx, o.role)
  for (const [i, scope] of (o.scopes ?? []).entries())
    if (!isScope(runtime, scope))
      throw invalid(`/scopes/${i}`, `"${scope}" is no permission and no "<plugin>.*"; GET /permissions lists them`)
  const carried = permissions.filter((entry) => inScopes(parseEntry(entry).permission, o.scopes))
  await requireAll(runtime, tx, ctx, carried, wholeOrganization)
}

const isScope = ({ host }: Runtime, scope: string): boolean =>
  scope.endsWith('.*') ? host.plugin(scope.slice(0, -2)) !== undefined : host.permissions.has(scope)
