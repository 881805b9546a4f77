import { createApiToken } from '../../auth/index.ts'
import { requireGrantableCredential } from '../../core-plugin/access/credentials.ts'
import { systemAccess } from '../../permissions/access.ts'
import { endOf } from '../terminal/duration.ts'
import type { Output } from '../terminal/output.ts'
import { commandActor, inOrganization, withPlatform } from '../workshop/open.ts'
import { findOrganization } from '../workshop/organization.ts'

/** Prints the token and nothing else, so that `TOKEN=$(guildhall token create ...)` works. */
export async function run(
  o: { org: string; role: string; name: string; expires?: string; scopes?: string[] },
  output: Output,
): Promise<void> {
  await withPlatform(async (workshop) => {
    const { runtime } = workshop
    const expiresAt = o.expires === undefined ? null : endOf(o.expires, runtime.clock.now())
    const { id, slug } = await findOrganization(runtime, o.org)
    const { token, record } = await inOrganization(workshop, id, async (tx) => {
      await requireGrantableCredential(
        runtime,
        tx,
        { actor: commandActor, reach: (permission) => systemAccess.reach(permission) },
        { role: o.role, scopes: o.scopes ?? null },
      )
      return createApiToken(tx, { name: o.name, role: o.role, scopes: o.scopes ?? null, expiresAt })
    })
    output.result(
      { token, id: record.id, organization: slug, role: o.role, expiresAt: expiresAt?.toISOString() ?? null },
      token,
    )
  })
}
