import { changeOrganization, readOrganization } from '../../tenancy/organizations.ts'
import { OrganizationChange, OrganizationView, organizationView } from '../../tenancy/organizations-view.ts'
import type { CoreRouter, Place } from '../surroundings.ts'

const tags = ['Organisation']

/** The organisation a request speaks about. */
export function organizationRoutes(r: CoreRouter, place: Place): void {
  r.route({
    method: 'GET',
    url: '/organizations/current',
    access: { requires: 'core.organization.read' },
    summary: 'Show the organisation and its settings',
    tags,
    schema: { response: OrganizationView },
    handler: (ctx) =>
      ctx.read(async (tx) => organizationView(await readOrganization(tx), place.around.organizationDefaults)),
  })
  r.route({
    method: 'PUT',
    url: '/organizations/current',
    access: { requires: 'core.organization.update' },
    summary: "Change the organisation's name, slug and settings",
    description: 'What the body does not name stays; null takes a setting back to its default.',
    tags,
    schema: { body: OrganizationChange, response: OrganizationView },
    handler: (ctx, { body, facts }) =>
      ctx.transaction(async (tx) => {
        const row = await changeOrganization(place.around.runtime, tx, body, facts)
        return organizationView(row, place.around.organizationDefaults)
      }),
  })
}
