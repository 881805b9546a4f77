import { invalid, Problem, problems, type RequestFacts, requireVersion, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { BotsContext } from '../context.ts'
import { cataloguedBot, maySeeKind, type Shipped, storedVersion, versionNamed } from '../definitions/catalogue.ts'
import { botInstalled } from '../refs.ts'
import { requireRoom } from '../room.ts'
import { settingsOf, tell, tellSettings } from './change.ts'
import { mergedConfig, openedConfig, requireFittingConfig, sealedConfig } from './config-values.ts'
import { agreedTo, installerOf } from './consent.ts'
import { requireNoFault } from './faults.ts'
import { insertInstallation, type Settings, updateInstallation } from './installation-sql.ts'
import { secretsToEnterAgain } from './kept-secrets.ts'
import { mergedLimits } from './limits.ts'
import { defaultNotifications, mergedNotifications } from './notifications.ts'
import { requireActionsOn, requireKind, requireRights } from './rights.ts'
import type { ConsentInput, LimitsInput, NotificationsInput, TriggersInput } from './settings-schema.ts'
import { findInstallation, type Installation } from './stored.ts'
import { mergedTriggers } from './triggers.ts'

export interface Configuration {
  readonly version?: string | undefined
  readonly alias?: string | undefined
  readonly triggers?: TriggersInput | undefined
  readonly config?: Readonly<Record<string, unknown>> | undefined
  readonly notifications?: NotificationsInput | undefined
  readonly limits?: LimitsInput | undefined
  readonly enabled?: boolean | undefined
  readonly consent?: ConsentInput | undefined
}
export type Facts = Pick<RequestFacts, 'ifMatch' | 'language'>

/** Installs the bot where no installation has the key, else sets the one that has it otherwise. Parts left out stay. */
export async function configure(
  ctx: BotsContext,
  tx: Tx,
  shipped: Shipped,
  o: { key: string; body: Configuration; facts: Facts },
): Promise<{ installation: Installation; installed: boolean }> {
  const { key, body, facts } = o
  const wanted = body.alias ?? key
  const there = await findInstallation(tx, wanted, { lock: true })
  if (there) {
    if (body.alias !== undefined && there.botId !== key && there.key !== key)
      throw new Problem(problems.alreadyExists, { detail: `"${wanted}" is another bot here. Choose another alias.` })
    return { installation: await reconfigure(ctx, tx, there, body, facts), installed: false }
  }
  return { installation: await install(ctx, tx, shipped, { ...o, key: wanted, botId: key }), installed: true }
}

async function install(
  ctx: BotsContext,
  tx: Tx,
  shipped: Shipped,
  o: { key: string; botId: string; body: Configuration; facts: Facts },
): Promise<Installation> {
  const { body, facts } = o
  const bot = await cataloguedBot(tx, shipped, o.botId)
  if (!bot) throw new Problem(problems.notFound)
  const chosen = versionNamed(bot, body.version)
  const { manifest } = chosen
  if (!maySeeKind(ctx, manifest)) throw new Problem(problems.notFound)
  // An alias that is a bot's id would stand in the way of that bot.
  if (o.key !== o.botId && (await cataloguedBot(tx, shipped, o.key)))
    throw new Problem(problems.alreadyExists, { detail: `"${o.key}" is another bot's id. Choose another alias.` })
  const agreed = await agreedTo(ctx, manifest, {
    before: null,
    given: body.consent ?? nothingIn(manifest),
    language: facts.language,
  })
  requireActionsOn(ctx, manifest)
  await requireRights(ctx, tx, manifest, null)
  const id = uuidv7()
  const { schema } = manifest.config
  const config = await requireFittingConfig(ctx, tx, schema, mergedConfig(schema, {}, body.config), {
    language: facts.language,
  })
  const version = await storedVersion(tx, shipped, chosen)
  const installation = await insertInstallation(tx, {
    id,
    key: o.key,
    botId: o.botId,
    versionId: version.id,
    previousVersionId: null,
    enabled: body.enabled ?? true,
    stopped: null,
    config: sealedConfig(ctx, id, schema, config),
    triggers: await mergedTriggers(ctx, tx, manifest, null, body.triggers, facts.language),
    notifications: await mergedNotifications(ctx, tx, defaultNotifications, body.notifications, facts.language),
    limits: mergedLimits({}, body.limits, manifest),
    consent: { ...agreed, at: tx.now().toISOString() },
    installedBy: installerOf(tx),
  })
  await requireRoom(tx, 'installation')
  await tell(ctx, tx, installation, { what: 'installed', event: botInstalled })
  return installation
}

/** A version that asks for nothing needs nobody's consent. */
const nothingIn = ({ permissions: { actions, hosts } }: Installation['manifest']): ConsentInput | undefined =>
  actions.length + hosts.length === 0 ? { actions: [], hosts: [] } : undefined

async function reconfigure(
  ctx: BotsContext,
  tx: Tx,
  before: Installation,
  body: Configuration,
  facts: Facts,
): Promise<Installation> {
  requireVersion(facts, before.version)
  requireKind(ctx, before)
  const { manifest, id } = before
  if (body.version !== undefined && body.version !== manifest.version)
    throw invalid(
      '/version',
      `It runs ${manifest.version}; go to another version with POST /api/v1/bots/${before.key}/upgrade`,
    )
  const onlyOff = body.enabled === false && Object.keys(body).every((name) => name === 'enabled' || name === 'alias')
  if (onlyOff) return switchOff(ctx, tx, before)
  const agreed = await agreedTo(ctx, manifest, {
    before: before.consent,
    given: body.consent,
    language: facts.language,
  })
  requireActionsOn(ctx, manifest)
  await requireRights(ctx, tx, manifest, body.consent ? null : before)
  const { schema } = manifest.config
  const opened = openedConfig(ctx, id, schema, before.config)
  const config =
    body.config === undefined
      ? null
      : await requireFittingConfig(ctx, tx, schema, mergedConfig(schema, opened, body.config), {
          language: facts.language,
        })
  if (config)
    requireNoFault(secretsToEnterAgain({ manifest, config: opened }, { manifest, config }, body.config), facts.language)
  const unchangedConfig = config === null || same(config, opened)
  const after: Settings = {
    ...settingsOf(before),
    enabled: body.enabled ?? before.enabled,
    stopped: body.enabled === true ? null : before.stopped,
    config: unchangedConfig ? before.config : sealedConfig(ctx, id, schema, config),
    triggers: await mergedTriggers(ctx, tx, manifest, before.triggers, body.triggers, facts.language),
    notifications: await mergedNotifications(ctx, tx, before.notifications, body.notifications, facts.language),
    limits: mergedLimits(before.limits, body.limits, manifest),
    // Whoever agrees anew answers for it from here on.
    ...(body.consent && { consent: { ...agreed, at: tx.now().toISOString() }, installedBy: installerOf(tx) }),
  }
  const changed = changedParts(before, after, body)
  if (changed.length === 0) return before
  const settled = changed.some((part) => part === 'config' || part === 'triggers' || part === 'limits')
  const installation = await updateInstallation(tx, id, after, { settled })
  await tellSettings(ctx, tx, installation, changed)
  return installation
}

const compared = ['config', 'triggers', 'notifications', 'limits', 'enabled'] as const
const changedParts = (before: Installation, after: Settings, body: Configuration): string[] => [
  ...compared.filter((part) => !same(before[part], after[part])),
  ...(body.consent ? ['consent'] : []),
]

/** As JSON: the order of members says nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))]
  return left.length === right.size && left.every(([name, value]) => right.has(name) && same(value, right.get(name)))
}

/** Needs no rights over what the bot does: stopping it is always safe. */
export async function switchOff(ctx: BotsContext, tx: Tx, before: Installation): Promise<Installation> {
  if (!before.enabled) return before
  const installation = await updateInstallation(
    tx,
    before.id,
    { ...settingsOf(before), enabled: false },
    { settled: false },
  )
  await tellSettings(ctx, tx, installation, ['enabled'])
  return installation
}
