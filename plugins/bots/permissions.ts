import type { PermissionDeclaration } from '@guildhall/sdk'

/** Running and configuring are apart: who starts a bot need not be able to change what it may do. */
export const botPermissions = {
  'bots.read': { title: 'See bots, their runs and logs', writes: false, wholeOnly: true, grantedTo: ['admin'] },
  'bots.publish': { title: 'Publish versions of own bots', writes: true, wholeOnly: true },
  'bots.install': { title: 'Install, configure, switch and remove bots', writes: true, wholeOnly: true },
  'bots.run': { title: 'Start bots by hand, repeat and discard runs', writes: true, wholeOnly: true },
} as const satisfies Record<string, PermissionDeclaration>

export type BotsPermission = keyof typeof botPermissions
