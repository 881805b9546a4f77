/** Why a run may not happen any more, though it was asked for. */
import type { BotManifest } from '@guildhall/sdk'
import type { Installation } from '../../installations/stored.ts'
import type { Run } from '../stored.ts'

/** A sentence for people; null: it may. A dry run needs no switch: one tries a bot before one switches it on. */
export function refusalReason(
  run: Run,
  installation: Installation | null,
  manifest: BotManifest | undefined,
): string | null {
  if (!installation) return 'The bot is no longer installed'
  if (!manifest) return 'Its version or configuration is gone'
  if (run.mode === 'live' && !installation.enabled) return 'The bot is switched off'
  const { actions, hosts } = installation.consent
  const more = [
    ...manifest.permissions.actions.filter((action) => !actions.includes(action)),
    ...manifest.permissions.hosts.filter((host) => !hosts.includes(host)),
  ]
  return more.length === 0 ? null : `Nobody has agreed to: ${more.join(', ')}`.slice(0, 500)
}
