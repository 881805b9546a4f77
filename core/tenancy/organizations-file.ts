import { type Actor, invalid, organizationFileSections, type Tx } from '@guildhall/sdk'
import type { Static } from 'typebox'
import type { Runtime } from '../runtime.ts'
import { applyOrganizationFile } from './apply-organization-file.ts'
import { createOrganization } from './create-organization.ts'
import { readOrganizationFile } from './organization-file.ts'
import { isTimeZone } from './organization-settings.ts'
import { refuseTakenSlug } from './organizations.ts'
import { inEdition } from './organizations-editions.ts'
import type { NewOrganizationBody } from './organizations-view.ts'

/** Who makes it, for its trail. */
export interface Maker {
  readonly actor: Actor
  readonly requestId?: string
  readonly address?: string
}

/**
 * Makes an organisation with the plugins its edition includes.
 * @throws Problem 400 with every fault of the file, 409 for a slug that is taken
 */
export async function makeOrganization(
  runtime: Runtime,
  body: Static<typeof NewOrganizationBody>,
  by: Maker,
): Promise<{ id: string; rootId: string; notices: readonly string[] }> {
  const file = body.yaml === undefined ? undefined : readOrganizationFile(body.yaml)
  const name = body.name ?? file?.name
  if (name === undefined) throw invalid('/name', 'is missing: name the organisation, or send a file that does')
  if (body.settings?.timeZone !== undefined && !isTimeZone(body.settings.timeZone))
    throw invalid('/settings/timeZone', 'must be an IANA time zone such as Europe/Berlin')
  await refuseTakenSlug(runtime, body.slug)
  const bundled = runtime.bundled.filter((id) => inEdition(body.edition, id))
  const made = await createOrganization(
    {
      platformUnits: runtime.platformUnits,
      host: runtime.host,
      context: runtime.context,
      bundled,
      log: runtime.log,
      by,
    },
    {
      slug: body.slug,
      name,
      ...(body.externalId === undefined ? {} : { externalId: body.externalId }),
      ...(body.edition === undefined ? {} : { edition: body.edition }),
      ...(body.settings === undefined ? {} : { settings: withoutNulls(body.settings) }),
      ...(file ? { file } : {}),
    },
  )
  return { ...made, notices: file?.notices ?? [] }
}

const withoutNulls = (settings: object) =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))

/** @returns which parts changed; none when the file was applied before */
export async function applyFile(
  runtime: Runtime,
  tx: Tx,
  yaml: string,
): Promise<{ changed: string[]; notices: string[] }> {
  const file = readOrganizationFile(yaml)
  const on = await runtime.enablement.of(tx.tenantId)
  const changed = await applyOrganizationFile(tx, file, {
    sections: runtime.host.contributions(organizationFileSections, on),
    declared: runtime.host.declaredPermissions,
  })
  if (changed.length > 0) tx.accessChanged()
  return { changed: [...changed], notices: [...file.notices] }
}
