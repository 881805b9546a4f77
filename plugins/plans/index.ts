/**
 * Plans: what members can subscribe to, and who has which one from when to when. A membership is a member's relation to
 * a plan; its periods are dated rows that never overlap. Terms, routes and contributions: README.md.
 */
import { analyticsFigures, definePlugin } from '@guildhall/sdk'
import { planMigrations } from '#migrations/plans/index.ts'
import {
  invitationSteps,
  memberBulkOperations,
  memberFilters,
  memberImportTargets,
  memberIncludes,
  memberMerges,
  membershipStates,
} from '#plugins/members/refs.ts'
import { planActions } from './actions.ts'
import { addDefaultPlans } from './catalogue/defaults.ts'
import { planRoutes } from './catalogue/plan-routes.ts'
import { PlansConfig, planOptionalUses, planPermissions, planUses } from './context.ts'
import { changePlanOperation } from './contributions/change-plan.ts'
import { planFigures } from './contributions/figures.ts'
import { planFilters } from './contributions/filters.ts'
import { membershipsImport } from './contributions/import-memberships.ts'
import { membershipsInclude } from './contributions/include.ts'
import { planInvitation } from './contributions/invitation.ts'
import { membershipsMerge } from './contributions/merge.ts'
import { membershipStatesOfPlans } from './contributions/states.ts'
import { membershipRoutes } from './memberships/membership-routes.ts'
import { reminderJob } from './memberships/reminders.ts'
import { plansServiceFor } from './plans-service.ts'
import {
  membershipEnded,
  membershipExpiring,
  membershipRenewed,
  membershipStarted,
  planCreated,
  planDeleted,
  plansService,
  planUpdated,
} from './refs.ts'

export const plansPlugin = definePlugin({
  id: 'plans',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Plans and memberships',
  description: 'Plans with their prices and limits, and the dated periods in which members have them.',
  tags: {
    Plans: 'What a member can subscribe to: price, billing cycle, limits, capacity.',
    Memberships: 'Which member has which plan on which days.',
  },
  also: ['memberships'],
  dependsOn: { members: '*' },
  uses: planUses,
  optionalUses: planOptionalUses,
  config: { schema: PlansConfig },
  permissions: planPermissions,
  migrations: planMigrations,
  contributes(c) {
    for (const filter of planFilters) c.to(memberFilters, filter)
    c.to(memberIncludes, membershipsInclude)
    c.to(membershipStates, membershipStatesOfPlans)
    c.to(memberMerges, membershipsMerge)
    c.to(memberImportTargets, membershipsImport)
    c.to(memberBulkOperations, changePlanOperation)
    c.to(invitationSteps, planInvitation)
    for (const figure of planFigures) c.to(analyticsFigures, figure)
  },
  provides: (p) => p.service(plansService, plansServiceFor),
  events: (e) =>
    e.emits(
      planCreated,
      planUpdated,
      planDeleted,
      membershipStarted,
      membershipRenewed,
      membershipEnded,
      membershipExpiring,
    ),
  routes(r) {
    planRoutes(r)
    membershipRoutes(r)
  },
  jobs: reminderJob,
  actions: planActions,
  tenant: { enabled: (_ctx, tx) => addDefaultPlans(tx) },
})
