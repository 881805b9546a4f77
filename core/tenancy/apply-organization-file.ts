import { type OrganizationFileSection, Problem, problems, queueForLists, type Tx } from '@guildhall/sdk'
import { type DeclaredPermission, tenantRoleProblems } from '../permissions/index.ts'
import type { OrganizationFile } from './organization-file.ts'
import { tree } from './tree.ts'

export interface FileParts {
  /** What the plugins that are on in the organisation contribute to `organizationFileSections`. */
  readonly sections: readonly OrganizationFileSection[]
  /** Every permission that is declared, for the roles of levels. */
  readonly declared: readonly DeclaredPermission[]
}

/**
 * Brings an organisation to what its file says; a second time changes nothing. Settings the file does not name stay.
 * @returns the parts that changed
 * @throws Problem 409 `in-use` when the file lacks what is in use, 400 when a role carries an unknown permission
 */
export async function applyOrganizationFile(
  tx: Tx,
  file: OrganizationFile,
  parts: FileParts,
): Promise<readonly string[]> {
  await queueForLists(tx)
  const identity = await applyIdentity(tx, file)
  const changed = [...identity, ...(await applyStructure(tx, file, parts))]
  if (changed.length > 0)
    await tx.audit({
      action: 'core.organization-file-applied',
      target: { type: 'organization', id: tx.tenantId },
      changed,
    })
  return changed
}

/** Levels, and what plugins keep; a new organisation has its name and settings already. */
export async function applyStructure(tx: Tx, file: OrganizationFile, parts: FileParts): Promise<string[]> {
  refuseUnknownPermissions(file, parts.declared)
  const changed = (await tree.replaceLevels(tx, file.levels)) ? ['levels'] : []
  for (const section of parts.sections) if (await applySection(tx, file, section)) changed.push(section.key)
  return changed
}

async function applySection(tx: Tx, file: OrganizationFile, section: OrganizationFileSection): Promise<boolean> {
  switch (section.key) {
    case 'levels':
      return section.apply(tx, file.levels)
    case 'genderGroups':
      return file.genderGroups !== undefined && section.apply(tx, file.genderGroups)
    case 'stages':
      return file.stages !== undefined && section.apply(tx, file.stages)
  }
}

async function applyIdentity(tx: Tx, file: OrganizationFile): Promise<string[]> {
  const [row] = await tx.query<{ name: string; external_id: string | null; settings: Record<string, unknown> }>(
    'SELECT name, external_id, settings FROM core.tenant WHERE id = $1 FOR UPDATE',
    [tx.tenantId],
  )
  if (!row) throw new Problem(problems.notFound, { detail: 'The organisation is gone.' })
  const differs = (name: string) => JSON.stringify(row.settings[name]) !== JSON.stringify(file.settings[name])
  const changed = [
    ...(row.name === file.name ? [] : ['name']),
    ...(file.uid === null || row.external_id === file.uid ? [] : ['externalId']),
    ...Object.keys(file.settings).filter(differs),
  ]
  if (changed.length > 0)
    await tx.query(
      `UPDATE core.tenant SET name = $2, external_id = coalesce($3, external_id), settings = settings || $4::jsonb,
              updated_at = $5, version = version + 1 WHERE id = $1`,
      [tx.tenantId, file.name, file.uid, JSON.stringify(file.settings), tx.now()],
    )
  return changed
}

function refuseUnknownPermissions(file: OrganizationFile, declared: readonly DeclaredPermission[]): void {
  const errors = file.levels.flatMap((level) =>
    level.roles.flatMap((role) =>
      tenantRoleProblems(role.permissions, declared).map((message) => ({
        pointer: '/Hierarchie',
        message: `The role ${role.key} of ${level.key}: ${message}`,
      })),
    ),
  )
  if (errors.length > 0)
    throw new Problem(problems.validationFailed, { detail: errors.map(({ message }) => message).join('. '), errors })
}
