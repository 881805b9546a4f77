import { wholeOrganization } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { ClaimedOrganization, ClaimedRights, Propose } from '../../auth/index.ts'
import { rows } from '../../auth/platform-rows.ts'
import type { Runtime } from '../../runtime.ts'
import { rolesOf } from './access-service.ts'

/**
 * What an outside provider says of a person's organisations, as far as it is mapped: the platform links an alias to an
 * organisation, the organisation's administrator maps roles. It gives belonging and roles, each once, and never takes
 * anything away; the tables stay the one source of rights.
 */
export const claimProposals =
  (runtime: Runtime): Propose =>
  async (userId, claimed) => {
    const linked = await linkedOrganizations(runtime, claimed.organizations)
    for (const [organizationId, said] of linked) await applied(runtime, { organizationId, userId, said, claimed })
    return linked.size
  }

/** Organisations that are served, by the aliases linked to them. */
async function linkedOrganizations(
  runtime: Runtime,
  claimed: readonly ClaimedOrganization[],
): Promise<ReadonlyMap<string, ClaimedOrganization[]>> {
  if (claimed.length === 0) return new Map()
  const found = await rows<{ alias: string; provider_id: string | null; organization_id: string }>(
    runtime.database.platform,
    `SELECT a.alias, a.provider_id, a.organization_id FROM core.organization_alias a
       JOIN core.tenant o ON o.id = a.organization_id
      WHERE a.alias = ANY($1::text[]) AND o.status = 'active' AND o.copy_of IS NULL`,
    [claimed.map(({ alias }) => alias)],
  )
  const links = new Map(found.map((row) => [row.alias, row]))
  const of = new Map<string, ClaimedOrganization[]>()
  for (const one of claimed) {
    const link = links.get(one.alias)
    if (!link || (link.provider_id !== null && link.provider_id !== one.id)) continue
    of.set(link.organization_id, [...(of.get(link.organization_id) ?? []), one])
  }
  return of
}

function applied(
  runtime: Runtime,
  o: { organizationId: string; userId: string; said: readonly ClaimedOrganization[]; claimed: ClaimedRights },
): Promise<void> {
  const actor = { kind: 'system', reason: 'claims of the identity provider' } as const
  return runtime.platformUnits.run({ tenantId: o.organizationId, actor }, async (tx) => {
    const target = { type: 'user', id: o.userId }
    /** Whether it was never proposed before. */
    const isNew = async (role: string): Promise<boolean> =>
      (
        await tx.query(
          `INSERT INTO core.claim_proposal (tenant_id, user_id, role, proposed_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING RETURNING role`,
          [tx.tenantId, o.userId, role, tx.now()],
        )
      ).length > 0
    if (await isNew('')) {
      const joined = await tx.query(
        'INSERT INTO core.affiliation (tenant_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING user_id',
        [tx.tenantId, o.userId],
      )
      await tx.audit({
        action: 'core.claim-proposed',
        target,
        meta: { belongs: true, outcome: joined.length > 0 ? 'applied' : 'held' },
      })
      tx.accessChanged()
    }
    // Whom an administrator sent away gets no role either.
    const [here] = await tx.query('SELECT 1 FROM core.affiliation WHERE tenant_id = $1 AND user_id = $2', [
      tx.tenantId,
      o.userId,
    ])
    if (!here) return
    const mapped = await tx.query<{ claim: string; value: string; role: string }>(
      `SELECT claim, value, role FROM core.role_mapping WHERE tenant_id = $1
          AND (claim = 'organization-role' AND value = ANY($2::text[]) OR claim = 'realm-role' AND value = ANY($3::text[]))
        ORDER BY role, claim, value`,
      [tx.tenantId, o.said.flatMap(({ roles }) => roles), o.claimed.realmRoles],
    )
    if (mapped.length === 0) return
    const known = new Set((await rolesOf(runtime, tx)).map(({ key }) => key))
    for (const { claim, value, role } of mapped) {
      if (!known.has(role) || !(await isNew(role))) continue
      const held = await tx.query(
        `SELECT 1 FROM core."grant" WHERE tenant_id = $1 AND principal_kind = 'user' AND principal_id = $2 AND role = $3
            AND group_id IS NULL AND valid_from IS NULL AND valid_until IS NULL`,
        [tx.tenantId, o.userId, role],
      )
      if (held.length === 0)
        await tx.query(
          `INSERT INTO core."grant" (tenant_id, id, principal_kind, principal_id, role, extent, granted_by, created_at)
           VALUES ($1, $2, 'user', $3, $4, $5, $6, $7)`,
          [
            tx.tenantId,
            uuidv7(),
            o.userId,
            role,
            wholeOrganization.extent,
            `claim:${claim}:${value}`.slice(0, 200),
            tx.now(),
          ],
        )
      await tx.audit({
        action: 'core.claim-proposed',
        target,
        meta: { claim, value, role, outcome: held.length === 0 ? 'applied' : 'held' },
      })
      tx.accessChanged()
    }
  })
}
