/** Why a run may not happen any more, though it was asked for. */
import type { BotManifest } from '@guildhall/sdk'
import type { InLine } from './queue.ts'

/** A sentence for people; null: it may. A dry run needs no switch: one tries a bot before one switches it on. */
export function refusalReason(
  run: Pick<InLine, 'mode' | 'enabled' | 'consent'>,
  manifest: BotManifest | undefined,
): string | null {
  if (!manifest) return 'Its version or configuration is gone'
  // A replay does nothing that anybody would have to agree to.
  if (run.mode === 'replay') return null
  if (run.mode === 'live' && !run.enabled) return 'The bot is switched off'
  const { actions, hosts } = run.consent
  const more = [
    ...manifest.permissions.actions.filter((action) => !actions.includes(action)),
    ...manifest.permissions.hosts.filter((host) => !hosts.includes(host)),
  ]
  return more.length === 0 ? null : `Nobody has agreed to: ${more.join(', ')}`.slice(0, 500)
}
