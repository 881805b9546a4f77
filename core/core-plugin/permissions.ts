import type { PermissionDeclaration } from '@guildhall/sdk'

/** What core's own routes ask for. `platform` ones stand above organisations: only a super administrator holds them. */
export const corePermissions = {
  'core.organization.read': {
    title: 'See the organisation and its settings',
    writes: false,
    wholeOnly: true,
    grantedTo: ['admin'],
  },
  'core.organization.update': { title: 'Change the organisation and its settings', writes: true, wholeOnly: true },
  'core.organizations.read': { title: 'See all organisations', writes: false, platform: true },
  'core.organizations.manage': {
    title: 'Make, change, suspend and delete organisations',
    writes: true,
    platform: true,
  },
  'core.catalogue.read': {
    title: 'See which events, actions and permissions there are',
    writes: false,
    wholeOnly: true,
    grantedTo: ['admin'],
  },
  'core.plugins.read': { title: 'See plugins and their configuration', writes: false, wholeOnly: true },
  'core.plugins.manage': { title: 'Switch plugins on and off and configure them', writes: true, wholeOnly: true },
  'core.plugins.purge': { title: "Delete a switched-off plugin's data", writes: true, wholeOnly: true },
  'core.roles.read': { title: 'See roles', writes: false, wholeOnly: true },
  'core.roles.manage': { title: "Make, change and delete the organisation's own roles", writes: true, wholeOnly: true },
  'core.grants.read': { title: 'See who holds which role, and why somebody may do something', writes: false },
  'core.grants.manage': { title: 'Give roles and take them away', writes: true },
  'core.users.read': { title: 'See who can sign in here', writes: false, wholeOnly: true },
  'core.tokens.read': { title: 'See API tokens', writes: false, wholeOnly: true },
  'core.tokens.manage': { title: 'Make and revoke API tokens', writes: true, wholeOnly: true },
  'core.service-accounts.read': { title: 'See service accounts', writes: false, wholeOnly: true },
  'core.service-accounts.manage': { title: 'Make, change and delete service accounts', writes: true, wholeOnly: true },
  'core.audit.read': { title: 'Read and export the audit trail', writes: false, wholeOnly: true },
  'core.jobs.read': { title: 'See jobs, schedules and parked work', writes: false, wholeOnly: true },
  'core.jobs.run': { title: 'Run a scheduled job now', writes: true, wholeOnly: true },
} as const satisfies Record<`core.${string}`, PermissionDeclaration>

export type CorePermission = keyof typeof corePermissions
