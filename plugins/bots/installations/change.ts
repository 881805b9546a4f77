/** What every change of an installation leaves: the triggers that follow, a line in the trail, an event. */
import type { EventRef, Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import type { BotVersion } from '../definitions/version-sql.ts'
import { botConfigured, type botInstalled } from '../refs.ts'
import { syncTriggers } from '../triggers/index.ts'
import type { Settings } from './installation-sql.ts'
import type { Installation } from './stored.ts'

export const settingsOf = ({
  versionId,
  previousVersionId,
  enabled,
  stopped,
  config,
  triggers,
  notifications,
  limits,
  consent,
  installedBy,
}: Installation): Settings => ({
  versionId,
  previousVersionId,
  enabled,
  stopped,
  config,
  triggers,
  notifications,
  limits,
  consent,
  installedBy,
})

export const named = ({ id, key, botId, manifest }: Installation) => ({
  installationId: id,
  key,
  botId,
  version: manifest.version,
})

type Happened = 'installed' | 'upgraded' | 'rolled-back' | 'uninstalled'

/** An installation came, went, or goes by another version. */
export async function tell(
  ctx: BotsContext,
  tx: Tx,
  installation: Installation,
  o: { what: Happened; event: EventRef<(typeof botInstalled)['payload']>; from?: BotVersion | null },
): Promise<void> {
  const { consent, manifest, key } = installation
  await syncTriggers(ctx, tx, installation)
  await tx.audit({
    action: `bots.${o.what}`,
    target: { type: 'bot', id: key },
    meta: {
      version: manifest.version,
      ...(o.from && { from: o.from.version }),
      actions: [...consent.actions],
      hosts: [...consent.hosts],
    },
  })
  await tx.emit(o.event, named(installation))
}

/** Its settings changed; `changed` names which. */
export async function tellSettings(
  ctx: BotsContext,
  tx: Tx,
  installation: Installation,
  changed: readonly string[],
): Promise<void> {
  await syncTriggers(ctx, tx, installation)
  await tx.audit({
    action: 'bots.configured',
    target: { type: 'bot', id: installation.key },
    changed,
    meta: { version: installation.manifest.version, configVersion: installation.configVersion },
  })
  await tx.emit(botConfigured, { ...named(installation), changed: [...changed] })
}
