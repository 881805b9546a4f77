import { invalid, Problem, problems, type RequestFacts, requireVersion, type Tx } from '@guildhall/sdk'
import { unparkJob } from '../plugin-host/switching.ts'
import type { Runtime } from '../runtime.ts'
import { rescheduleJobs } from '../schedule/schedules.ts'
import { isTimeZone } from './organization-settings.ts'
import { type OrganizationRow, organizationColumns, type PlatformChange } from './organizations-view.ts'

/** @throws Problem 404 when it is gone. */
export async function readOrganization(tx: Tx, o: { lock?: boolean } = {}): Promise<OrganizationRow> {
  const [row] = await tx.query<OrganizationRow>(
    `SELECT ${organizationColumns} FROM core.tenant t WHERE t.id = $1 ${o.lock ? 'FOR UPDATE' : ''}`,
    [tx.tenantId],
  )
  if (!row) throw new Problem(problems.notFound, { detail: 'There is no such organisation.' })
  return row
}

/**
 * Changes what the body names; null takes a setting back to its default. Schedules in the organisation's time follow it
 * into another zone, and a new slug works at once, on every node.
 * @throws Problem 409 for a slug that is taken, 412, 400 for an unknown time zone
 */
export async function changeOrganization(
  runtime: Runtime,
  tx: Tx,
  change: PlatformChange,
  facts: Pick<RequestFacts, 'ifMatch'>,
): Promise<OrganizationRow> {
  const before = await readOrganization(tx, { lock: true })
  requireVersion(facts, before.version)
  const {
    slug = before.slug,
    name = before.name,
    externalId = before.external_id,
    edition = before.edition,
    ...settings
  } = change
  if (settings.timeZone !== undefined && !isTimeZone(settings.timeZone))
    throw invalid('/timeZone', 'must be an IANA time zone such as Europe/Berlin')
  const merged = Object.fromEntries(
    Object.entries({ ...before.settings, ...settings }).filter(([, value]) => value !== null),
  )
  const changed = [
    ...(slug === before.slug ? [] : ['slug']),
    ...(name === before.name ? [] : ['name']),
    ...(externalId === before.external_id ? [] : ['externalId']),
    ...(edition === before.edition ? [] : ['edition']),
    ...changedKeys(before.settings, merged),
  ]
  if (changed.length === 0) return before
  if (slug !== before.slug) await refuseTakenSlug(runtime, slug)
  await tx.query(
    `UPDATE core.tenant SET slug = $2, name = $3, external_id = $4, edition = $5, settings = $6, updated_at = $7, version = version + 1
      WHERE id = $1`,
    [tx.tenantId, slug, name, externalId, edition, JSON.stringify(merged), tx.now()],
  )
  if (changed.includes('timeZone')) await rescheduleJobs(tx, runtime.host.plugins)
  await tx.audit({ action: 'core.organization-changed', target: { type: 'organization', id: tx.tenantId }, changed })
  // Credentials name organisations by slug, so the directory of every node has to look again.
  tx.accessChanged()
  return readOrganization(tx)
}

/** Other organisations are invisible under row-level security; the platform role sees whether the slug is theirs. */
export async function refuseTakenSlug(runtime: Runtime, slug: string): Promise<void> {
  const [taken] = await runtime.database.platform.query('SELECT 1 FROM core.tenant WHERE slug = $1', { bind: [slug] })
  if (taken.length > 0)
    throw new Problem(problems.alreadyExists, {
      detail: `The slug "${slug}" belongs to an organisation already.`,
      errors: [{ pointer: '/slug', message: 'is taken' }],
    })
}

function changedKeys(before: object, after: object): string[] {
  const old = before as Record<string, unknown>
  const now = after as Record<string, unknown>
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]),
  )
}

/**
 * A suspended organisation lets nobody in and runs nothing: its jobs wait, its schedules pass. Reactivation puts back what
 * waited. @throws Problem 404, 409 when it stands so already
 */
export async function setOrganizationStatus(
  tx: Tx,
  status: 'active' | 'suspended',
  reason: string | null,
): Promise<OrganizationRow> {
  const before = await readOrganization(tx, { lock: true })
  if (before.status === status)
    throw new Problem(problems.conflict, { detail: `The organisation is ${status} already.` })
  await tx.query('UPDATE core.tenant SET status = $2, updated_at = $3, version = version + 1 WHERE id = $1', [
    tx.tenantId,
    status,
    tx.now(),
  ])
  if (status === 'active') await putBackParked(tx)
  await tx.audit({
    action: status === 'suspended' ? 'core.organization-suspended' : 'core.organization-reactivated',
    target: { type: 'organization', id: tx.tenantId },
    changed: ['status'],
    ...(reason ? { meta: { reason } } : {}),
  })
  tx.accessChanged()
  return readOrganization(tx)
}

async function putBackParked(tx: Tx): Promise<void> {
  const on = await tx.query<{ plugin: string }>(
    'SELECT plugin_id AS plugin FROM core.plugin_state WHERE tenant_id = $1 AND enabled',
    [tx.tenantId],
  )
  for (const { plugin } of on) await tx.enqueue(unparkJob, { plugin }, { key: plugin })
}
