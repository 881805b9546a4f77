/**
 * The register of members: who they are, how they stand, what happened with them. Plans, groups and training hang what
 * they know on it through refs.ts.
 */
import {
  analyticsFigures,
  definePlugin,
  grantSources,
  maintenanceFigures,
  memberPlaces,
  roleUses,
} from '@guildhall/sdk'
import { memberMigrations } from '#migrations/members/index.ts'
import { mailPeople } from '#plugins/email/refs.ts'
import { memberActions } from './actions.ts'
import { bulkJobs, bulkRoutes } from './bulk/index.ts'
import { MembersConfig } from './config.ts'
import { memberOptionalUses, memberUses } from './context.ts'
import { exportRoutes } from './export/index.ts'
import { memberFigures } from './figures.ts'
import { memberGrants, memberRoleUse, memberStanding } from './grants.ts'
import { deleteUploads, importJobs, importRoutes, importServiceFor } from './import/index.ts'
import { latestActivities } from './includes.ts'
import { acceptRoutes, expiredInvitations, invitationRoutes, pendingInvitations } from './invitations/index.ts'
import { memberJobs } from './jobs.ts'
import { memberMails } from './mails/index.ts'
import { peopleOfTheRegister } from './mails/people.ts'
import { memberPermissions } from './permissions.ts'
import {
  importService,
  invitationSteps,
  memberBulkOperations,
  memberCreated,
  memberDeleted,
  memberFilters,
  memberImportTargets,
  memberIncludes,
  memberInviteAccepted,
  memberInvited,
  memberMerged,
  memberMerges,
  memberReach,
  memberReactivated,
  memberRegistered,
  memberRegistrationAccepted,
  memberRestored,
  memberSuspended,
  membersBulkApplied,
  membershipStates,
  membersImported,
  membersService,
  memberUpdated,
  sheetService,
} from './refs.ts'
import { activityRoutes } from './routes/activities.ts'
import { collectionRoutes } from './routes/collection.ts'
import { customFieldRoutes } from './routes/custom-fields.ts'
import { duplicateRoutes } from './routes/duplicates.ts'
import { guardianRoutes } from './routes/guardians.ts'
import { householdRoutes } from './routes/households.ts'
import { memberRoutes } from './routes/member.ts'
import { mergeRoutes } from './routes/merge.ts'
import { ownRoutes } from './routes/own.ts'
import { registrationRoutes } from './routes/registrations.ts'
import { membersServiceFor } from './service/index.ts'
import { sheets } from './sheet-service.ts'

export const membersPlugin = definePlugin({
  id: 'members',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Members',
  description: 'The register: profiles, status, search, duplicates, households, self-registration',
  tags: {
    Invitations: 'People asked by e-mail to become members; the link in the mail accepts, once.',
    'Bulk operations': 'Changing many members at once: planned first, looked at, then applied.',
    Households: 'Members who share an address, and get one letter.',
    'Custom fields': 'What an organisation keeps of its members beyond the fields there are.',
    Registration: 'People who ask to become members; staff accepts or refuses them.',
    Imports: 'Registers from CSV, XLSX and ODS files: planned first, looked at, then applied, and undone as a whole.',
  },
  uses: memberUses,
  optionalUses: memberOptionalUses,
  config: { schema: MembersConfig },
  permissions: memberPermissions,
  migrations: memberMigrations,
  extensionPoints: [
    memberFilters,
    memberReach,
    memberIncludes,
    membershipStates,
    memberMerges,
    memberImportTargets,
    memberBulkOperations,
    invitationSteps,
  ],
  contributes: (c) => {
    c.to(grantSources, memberGrants)
    c.to(memberPlaces, memberStanding)
    c.to(roleUses, memberRoleUse)
    c.to(memberIncludes, latestActivities)
    c.to(mailPeople, peopleOfTheRegister)
    c.to(maintenanceFigures, expiredInvitations)
    for (const figure of [...memberFigures, pendingInvitations]) c.to(analyticsFigures, figure)
  },
  provides: (p) => {
    p.service(membersService, membersServiceFor)
    p.service(importService, importServiceFor)
    p.service(sheetService, () => sheets)
  },
  events: (e) => {
    memberMails(e)
    e.emits(
      memberCreated,
      memberUpdated,
      memberSuspended,
      memberReactivated,
      memberDeleted,
      memberRestored,
      memberMerged,
      membersImported,
      memberRegistered,
      memberRegistrationAccepted,
      memberInvited,
      memberInviteAccepted,
      membersBulkApplied,
    )
  },
  routes: (r) => {
    collectionRoutes(r)
    ownRoutes(r)
    memberRoutes(r)
    activityRoutes(r)
    invitationRoutes(r)
    acceptRoutes(r)
    bulkRoutes(r)
    duplicateRoutes(r)
    mergeRoutes(r)
    guardianRoutes(r)
    householdRoutes(r)
    customFieldRoutes(r)
    registrationRoutes(r)
    importRoutes(r)
    exportRoutes(r)
  },
  jobs: (j) => {
    memberJobs(j)
    bulkJobs(j)
    importJobs(j)
  },
  actions: memberActions,
  tenant: { purge: (_ctx, tx) => deleteUploads(tx) },
})
