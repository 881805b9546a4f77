import { type Actor, organizationFileSections, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { UnitsOfWork } from '../database/unit-of-work.ts'
import { systemAccess } from '../permissions/access.ts'
import {
  type ContextParts,
  createContext,
  type Enablement,
  type InstalledPlugin,
  type PluginHost,
} from '../plugin-host/index.ts'
import { scheduleJobs } from '../schedule/schedules.ts'
import { applyStructure } from './apply-organization-file.ts'
import type { OrganizationFile } from './organization-file.ts'
import { tree } from './tree.ts'

export interface NewOrganization {
  readonly slug: string
  readonly name: string
  readonly externalId?: string
  readonly edition?: 'starter' | 'professional' | 'enterprise'
  readonly settings?: Readonly<Record<string, unknown>>
  readonly file?: OrganizationFile
}

export interface CreationParts {
  /** Units on the platform's pool: the row of a new organisation is nobody's yet. */
  readonly platformUnits: UnitsOfWork
  readonly host: PluginHost
  readonly context: ContextParts
  /** Ids of the plugins a new organisation starts with. */
  readonly bundled: readonly string[]
  readonly log: Parameters<typeof createContext>[1]['log']
  /** Who makes it, for its trail; default: the platform. */
  readonly by?: { readonly actor: Actor; readonly requestId?: string; readonly address?: string }
}

/** Makes an organisation with its root group, its levels and every bundled plugin on; all of it or nothing. */
export async function createOrganization(
  o: CreationParts,
  wanted: NewOrganization,
): Promise<{ id: string; rootId: string }> {
  const tenantId = uuidv7()
  const rootId = uuidv7()
  const by = o.by ?? { actor: { kind: 'system', reason: 'organization create' } as const }
  await o.platformUnits.run({ tenantId, ...by }, async (tx) => {
    await tx.query(
      `INSERT INTO core.tenant (id, slug, external_id, name, edition, settings) VALUES ($1, $2, $3, $4, $5, $6)`,
      [
        tenantId,
        wanted.slug,
        wanted.externalId ?? wanted.file?.uid ?? null,
        wanted.name,
        wanted.edition ?? null,
        JSON.stringify({ ...wanted.file?.settings, ...wanted.settings }),
      ],
    )
    await tx.query('INSERT INTO core.epoch (tenant_id) VALUES ($1)', [tenantId])
    await tree.create(tx, { id: rootId, parentId: null, type: null, name: wanted.name })
    for (const plugin of o.host.plugins.filter(({ id }) => id === 'core' || o.bundled.includes(id)))
      await switchOn(o, tx, plugin)
    if (wanted.file) await applyStructure(tx, wanted.file, fileParts(o))
    await tx.audit({ action: 'core.organization-created', target: { type: 'organization', id: tenantId } })
    tx.accessChanged()
  })
  return { id: tenantId, rootId }
}

const fileParts = (o: CreationParts) => ({
  sections: o.host.contributions(organizationFileSections, startingWith(o.bundled)),
  declared: o.host.declaredPermissions,
})

const startingWith = (bundled: readonly string[]): Enablement => ({
  states: new Map(),
  isOn: (id) => bundled.includes(id) || id === 'core',
  config: () => ({}),
})

async function switchOn(o: CreationParts, tx: Tx, plugin: InstalledPlugin): Promise<void> {
  if (plugin.id === 'core') return scheduleJobs(tx, plugin)
  await tx.query('INSERT INTO core.plugin_state (tenant_id, plugin_id, enabled, config) VALUES ($1, $2, true, $3)', [
    tx.tenantId,
    plugin.id,
    JSON.stringify({}),
  ])
  const ctx = createContext(o.context, {
    plugin,
    tenantId: tx.tenantId,
    actor: tx.actor,
    enablement: startingWith(o.bundled),
    access: systemAccess,
    signal: AbortSignal.timeout(60_000),
    log: o.log,
    scope: {},
    reading: false,
  })
  await plugin.spec.tenant?.enabled?.(ctx, tx)
  await scheduleJobs(tx, plugin)
}
