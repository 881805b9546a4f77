/** Which bots there are here: those published in the organisation, and those that come along. */
import { type BotManifest, Problem, problems, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import { compareVersions } from './semver.ts'
import { type ShippedVersion, shippedVersions } from './shipped.ts'
import { allVersions, type BotVersion, insertVersion, versionsOf } from './version-sql.ts'

/** A bot with its versions, newest first; never empty. */
export interface CataloguedBot {
  readonly id: string
  readonly versions: readonly BotVersion[]
}

/** Read before a unit of work begins: a sandbox may run, and none may while a transaction is open. */
export type Shipped = readonly ShippedVersion[]
export const readShipped = (ctx: BotsContext): Promise<Shipped> => shippedVersions(ctx)

export async function catalogue(tx: Tx, shipped: Shipped): Promise<ReadonlyMap<string, CataloguedBot>> {
  const byBot = Map.groupBy([...(await allVersions(tx)), ...shipped], ({ botId }) => botId)
  return new Map([...byBot].map(([id, versions]) => [id, { id, versions: ordered(versions) }]))
}

/** Null when there is no such bot here. */
export async function cataloguedBot(tx: Tx, shipped: Shipped, botId: string): Promise<CataloguedBot | null> {
  const versions = [...(await versionsOf(tx, botId)), ...shipped.filter((one) => one.botId === botId)]
  return versions.length === 0 ? null : { id: botId, versions: ordered(versions) }
}

export const newestOf = (bot: CataloguedBot): BotVersion => bot.versions[0] as BotVersion

/** @throws Problem 404 for an unknown version */
export function versionNamed(bot: CataloguedBot, version: string | undefined): BotVersion {
  const found = version === undefined ? newestOf(bot) : bot.versions.find((one) => one.version === version)
  if (!found)
    throw new Problem(problems.notFound, {
      detail: `There is no version ${version} of ${bot.id}; there are: ${bot.versions
        .slice(0, 10)
        .map((one) => one.version)
        .join(', ')}.`,
    })
  return found
}

/** The version's row: a shipped one gets it when somebody first needs it. */
export async function storedVersion(
  tx: Tx,
  shipped: Shipped,
  version: BotVersion,
): Promise<BotVersion & { id: string }> {
  if (version.id !== null) return { ...version, id: version.id }
  const from = shipped.find((one) => one.botId === version.botId && one.version === version.version)
  if (!from) throw new Error(`Version ${version.version} of ${version.botId} has neither a row nor a source`)
  const id = await insertVersion(tx, { ...from, by: { kind: 'system', id: from.plugin ?? 'platform' } })
  if (id !== null) return { ...version, id }
  const there = (await versionsOf(tx, version.botId)).find((one) => one.version === version.version)
  if (!there?.id) throw new Error(`Version ${version.version} of ${version.botId} is gone`)
  return { ...there, id: there.id }
}

/** System bots are for platform administrators; where one is installed, everybody who sees bots sees it. */
export const maySeeKind = (ctx: BotsContext, manifest: Pick<BotManifest, 'kind'>): boolean =>
  manifest.kind !== 'system' || actsForPlatform(ctx)

export const actsForPlatform = ({ actor }: BotsContext): boolean =>
  actor.kind === 'system' || ('platform' in actor && actor.platform === true)

/** A row wins over the same version shipped: it is what installations run. */
function ordered(versions: readonly BotVersion[]): BotVersion[] {
  const byVersion = new Map<string, BotVersion>()
  for (const version of versions)
    if (!byVersion.has(version.version) || version.id !== null) byVersion.set(version.version, version)
  return [...byVersion.values()].sort((a, b) => compareVersions(b.version, a.version))
}
