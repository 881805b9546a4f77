import { v7 as uuidv7 } from 'uuid'
import { actorName } from '../../audit/actor.ts'
import { roleNamed } from '../../core-plugin/access/access-service.ts'
import { type Output, UsageError } from '../terminal/output.ts'
import { commandActor, inOrganization, type Workshop, withPlatform } from '../workshop/open.ts'
import { findOrganization } from '../workshop/organization.ts'

/** A local account without a password; the link that sets it is printed once. */
export async function run(
  o: { name?: string; org?: string; role?: string },
  output: Output,
  [email = '']: readonly string[],
): Promise<void> {
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new UsageError(`"${email}" is no e-mail address`)
  if (o.role && !o.org) throw new UsageError('--role needs --org: a role is held in an organisation')
  await withPlatform(async (workshop) => {
    const { identity, runtime } = workshop
    const organization = o.org ? await findOrganization(runtime, o.org) : null
    const { userId, setPasswordLink } = await identity.people.ensureAccount({
      email,
      name: o.name ?? (email.split('@')[0] as string),
    })
    if (organization) await admit(workshop, organization.id, userId, o.role)
    output.result(
      { userId, setPasswordLink },
      setPasswordLink ?? 'There is an account with this address already; its password stays as it is.',
    )
  })
}

/** Lets a user in, and gives a role when one is named; again changes nothing. */
export async function admit(
  workshop: Workshop,
  tenantId: string,
  userId: string,
  role: string | undefined,
): Promise<void> {
  await inOrganization(workshop, tenantId, async (tx) => {
    await workshop.identity.people.affiliate(tx, userId)
    if (role === undefined) return
    await roleNamed(workshop.runtime, tx, role)
    const [held] = await tx.query(
      `SELECT 1 FROM core."grant" WHERE tenant_id = $1 AND principal_kind = 'user' AND principal_id = $2 AND role = $3 AND group_id IS NULL`,
      [tenantId, userId, role],
    )
    if (held) return
    await tx.query(
      `INSERT INTO core."grant" (tenant_id, id, principal_kind, principal_id, role, granted_by, created_at) VALUES ($1, $2, 'user', $3, $4, $5, $6)`,
      [tenantId, uuidv7(), userId, role, actorName(commandActor), tx.now()],
    )
    await tx.audit({ action: 'core.role-granted', target: { type: 'user', id: userId }, meta: { role } })
    tx.accessChanged()
  })
}
