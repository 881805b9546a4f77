/**
 * Groups: what hangs on the nodes of the organisation's tree, and who sits where. A seat is a member's dated place in a
 * group, with a role; a role with permissions is a grant to the user linked to that member. The tree itself is core's.
 * Terms, routes and contributions: README.md.
 */
import {
  analyticsFigures,
  copyScopes,
  definePlugin,
  grantSources,
  memberPlaces,
  organizationFileSections,
} from '@guildhall/sdk'
import { groupMigrations } from '#migrations/groups/index.ts'
import {
  invitationSteps,
  memberBulkOperations,
  memberFilters,
  memberImportTargets,
  memberIncludes,
  memberMerges,
  memberReach,
} from '#plugins/members/refs.ts'
import { groupActions } from './actions.ts'
import { GroupsConfig, groupPermissions, groupUses } from './context.ts'
import { addToGroup } from './contributions/add-to-group.ts'
import { membersOfGroup } from './contributions/copy-scope.ts'
import { byGroup } from './contributions/figures.ts'
import { groupFilters } from './contributions/filters.ts'
import { groupsImport } from './contributions/import-groups.ts'
import { seatsImport } from './contributions/import-seats.ts'
import { groupsInclude } from './contributions/include.ts'
import { groupsInvitation } from './contributions/invitation.ts'
import { seatsMerge } from './contributions/merge.ts'
import { placesBySeats, reachByGroups } from './contributions/reach.ts'
import { seatGrants } from './contributions/seat-grants.ts'
import { groupsServiceFor } from './groups-service.ts'
import {
  groupCreated,
  groupDeleted,
  groupMoved,
  groupsService,
  groupUpdated,
  seatEnded,
  seatGiven,
  seatRoleChanged,
} from './refs.ts'
import { seatRoutes } from './seats/seat-routes.ts'
import { fileSections } from './settings/sections.ts'
import { settingsRoutes } from './settings/settings-routes.ts'
import { figureRoutes } from './tree/figure-routes.ts'
import { groupRoutes } from './tree/group-routes.ts'
import { completeDetails } from './tree/group-sql.ts'

export const groupsPlugin = definePlugin({
  id: 'groups',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Groups',
  description: 'Nested groups with their levels, dated seats with roles, and the rights that come with them.',
  dependsOn: { members: '*' },
  uses: groupUses,
  config: { schema: GroupsConfig },
  permissions: groupPermissions,
  migrations: groupMigrations,
  contributes(c) {
    for (const section of fileSections) c.to(organizationFileSections, section)
    c.to(grantSources, seatGrants)
    c.to(memberReach, reachByGroups)
    c.to(memberPlaces, placesBySeats)
    for (const filter of groupFilters) c.to(memberFilters, filter)
    c.to(memberIncludes, groupsInclude)
    c.to(memberMerges, seatsMerge)
    c.to(memberImportTargets, groupsImport)
    c.to(memberImportTargets, seatsImport)
    c.to(memberBulkOperations, addToGroup)
    c.to(invitationSteps, groupsInvitation)
    c.to(analyticsFigures, byGroup)
    c.to(copyScopes, membersOfGroup)
  },
  provides: (p) => p.service(groupsService, groupsServiceFor),
  events: (e) => e.emits(groupCreated, groupUpdated, groupMoved, groupDeleted, seatGiven, seatEnded, seatRoleChanged),
  routes(r) {
    settingsRoutes(r)
    figureRoutes(r)
    groupRoutes(r)
    seatRoutes(r)
  },
  actions: groupActions,
  tenant: { enabled: (_ctx, tx) => completeDetails(tx) },
})
