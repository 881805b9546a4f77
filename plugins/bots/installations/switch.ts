import { requireVersion, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import { botUninstalled } from '../refs.ts'
import { settingsOf, tell, tellSettings } from './change.ts'
import { type Facts, switchOff } from './configure.ts'
import { deleteInstallation, updateInstallation } from './installation-sql.ts'
import { requireActionsOn, requireKind, requireRights } from './rights.ts'
import { type Installation, installationByKey } from './stored.ts'

/** Starting it again asks the same rights as setting it: the bot acts from here on because of this call. */
export async function setEnabled(
  ctx: BotsContext,
  tx: Tx,
  o: { key: string; enabled: boolean; facts: Pick<Facts, 'ifMatch'> },
): Promise<Installation> {
  const before = await installationByKey(tx, o.key, { lock: true })
  requireVersion(o.facts, before.version)
  requireKind(ctx, before)
  if (!o.enabled) return switchOff(ctx, tx, before)
  requireActionsOn(ctx, before.manifest)
  await requireRights(ctx, tx, before.manifest, before)
  if (before.enabled && before.stopped === null) return before
  const installation = await updateInstallation(
    tx,
    before.id,
    { ...settingsOf(before), enabled: true, stopped: null },
    { settled: false },
  )
  await tellSettings(ctx, tx, installation, ['enabled'])
  return installation
}

/** With its runs, logs and state. Its versions stay in the catalogue, and what it did stays in the audit trail. */
export async function uninstall(
  ctx: BotsContext,
  tx: Tx,
  o: { key: string; facts: Pick<Facts, 'ifMatch'> },
): Promise<void> {
  const before = await installationByKey(tx, o.key, { lock: true })
  requireVersion(o.facts, before.version)
  requireKind(ctx, before)
  // Switched off, it has no triggers: what stands outside the database's cascade goes with them.
  await tell(ctx, tx, { ...before, enabled: false }, { what: 'uninstalled', event: botUninstalled })
  await deleteInstallation(tx, before.id)
}
