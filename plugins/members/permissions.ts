import type { PermissionDeclaration } from '@guildhall/sdk'

/** What can be permitted here. `own`: held for one's own record alone, as makers hold it. */
export const memberPermissions = {
  'members.read': {
    title: 'See members',
    writes: false,
    own: true,
    grantedTo: ['admin', 'maker', 'service_provider'],
  },
  'members.create': { title: 'Add members', writes: true, wholeOnly: true },
  'members.update': { title: 'Change members', writes: true, own: true, grantedTo: ['maker', 'service_provider'] },
  'members.delete': { title: 'Delete and restore members', writes: true },
  'members.suspend': { title: 'Suspend and reactivate members', writes: true },
  'members.merge': { title: 'Find duplicates and merge them', writes: true, wholeOnly: true },
  'members.export': { title: 'Export members', writes: false, grantedTo: ['admin'] },
  'members.import': { title: 'Import members', writes: true, wholeOnly: true },
  'members.readInvites': { title: 'See invitations', writes: false, wholeOnly: true, grantedTo: ['admin'] },
  'members.invite': { title: 'Invite members', writes: true, wholeOnly: true },
  'members.configure': { title: 'Define custom fields', writes: true, wholeOnly: true },
} as const satisfies Record<`members.${string}`, PermissionDeclaration>

export type MembersPermission = keyof typeof memberPermissions
