import {
  type BotManifest,
  Problem,
  problems,
  requireVersion,
  secretPlaces,
  type Tx,
  withoutHiddenFields,
} from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import { cataloguedBot, type Shipped, storedVersion, versionNamed } from '../definitions/catalogue.ts'
import { type BotVersion, versionById } from '../definitions/version-sql.ts'
import { configDoesNotFit } from '../problems.ts'
import { botUpgraded } from '../refs.ts'
import { settingsOf, tell } from './change.ts'
import { configErrors, mergedConfig, openedConfig, sealedConfig } from './config-values.ts'
import type { Facts } from './configure.ts'
import { agreedTo, installerOf } from './consent.ts'
import { inLanguage, requireNoFault } from './faults.ts'
import { updateInstallation } from './installation-sql.ts'
import { secretsToEnterAgain } from './kept-secrets.ts'
import { mergedLimits } from './limits.ts'
import { type Bag, withValueAt } from './pointers.ts'
import { requireActionsOn, requireKind, requireRights } from './rights.ts'
import type { ConsentInput } from './settings-schema.ts'
import { type Installation, installationByKey } from './stored.ts'
import { mergedTriggers } from './triggers.ts'

interface Move {
  readonly key: string
  readonly facts: Facts
  readonly consent?: ConsentInput | undefined
  /** For a form the present settings do not fit. */
  readonly config?: Readonly<Record<string, unknown>> | undefined
}

/** To the version named, newer or older. @throws Problem 409 `consent-required`, `config-does-not-fit` */
export async function upgrade(
  ctx: BotsContext,
  tx: Tx,
  shipped: Shipped,
  o: Move & { version: string | undefined },
): Promise<Installation> {
  const before = await installationByKey(tx, o.key, { lock: true })
  const bot = await cataloguedBot(tx, shipped, before.botId)
  if (!bot)
    throw new Problem(problems.notFound, {
      detail: 'The bot that brought this installation is gone from the catalogue.',
    })
  const version = versionNamed(bot, o.version)
  return goTo(ctx, tx, before, await storedVersion(tx, shipped, version), { ...o, what: 'upgraded' })
}

/** Back to the version it ran before. @throws Problem 409 when there is none */
export async function rollBack(ctx: BotsContext, tx: Tx, o: Move): Promise<Installation> {
  const before = await installationByKey(tx, o.key, { lock: true })
  const version = before.previousVersionId === null ? null : await versionById(tx, before.previousVersionId)
  if (!version?.id) throw new Problem(problems.conflict, { detail: 'It has run no other version before this one.' })
  return goTo(ctx, tx, before, { ...version, id: version.id }, { ...o, what: 'rolled-back' })
}

async function goTo(
  ctx: BotsContext,
  tx: Tx,
  before: Installation,
  version: BotVersion & { readonly id: string },
  o: Move & { what: 'upgraded' | 'rolled-back' },
): Promise<Installation> {
  requireVersion(o.facts, before.version)
  requireKind(ctx, version)
  requireKind(ctx, before)
  if (version.id === before.versionId)
    throw new Problem(problems.conflict, { detail: `It runs ${version.version} already.` })
  const { manifest } = version
  const agreed = await agreedTo(ctx, manifest, { before: before.consent, given: o.consent, language: o.facts.language })
  requireActionsOn(ctx, manifest)
  await requireRights(ctx, tx, manifest, o.consent ? null : before)
  const config = await fittingConfig(ctx, tx, before, manifest, o)
  const from = await versionById(tx, before.versionId)
  const installation = await updateInstallation(
    tx,
    before.id,
    {
      ...settingsOf(before),
      versionId: version.id,
      previousVersionId: before.versionId,
      config: sealedConfig(ctx, before.id, manifest.config.schema, config),
      triggers: await mergedTriggers(ctx, tx, manifest, before.triggers, undefined, o.facts.language),
      limits: mergedLimits(before.limits, undefined, manifest),
      consent: { ...agreed, at: o.consent ? tx.now().toISOString() : before.consent.at },
      ...(o.consent && { installedBy: installerOf(tx) }),
    },
    { settled: true },
  )
  await tell(ctx, tx, installation, { what: o.what, event: botUpgraded, from })
  return installation
}

/** What was given as a secret does not come to light because another version calls the field a plain text. */
function withoutBared(config: Bag, from: object, to: object): Bag {
  const still = new Set(secretPlaces(to))
  return secretPlaces(from)
    .filter((pointer) => !still.has(pointer))
    .reduce((bag, pointer) => withValueAt(bag, pointer, undefined), config)
}

/**
 * Settings move along as they are, with the new form's defaults, and only when they fit and no secret goes astray. What the
 * form before asked in every case and the new one asks in some stays behind in the others.
 */
async function fittingConfig(
  ctx: BotsContext,
  tx: Tx,
  before: Installation,
  manifest: BotManifest,
  { config: sent, facts: { language } }: Move,
): Promise<Bag> {
  const [{ schema: from }, { schema }] = [before.manifest.config, manifest.config]
  const opened = openedConfig(ctx, before.id, from, before.config)
  const merged = mergedConfig(schema, withoutBared(opened, from, schema), sent)
  const config = (sent === undefined ? withoutHiddenFields(schema, merged) : merged) as Bag
  const misfits = await configErrors(ctx, tx, schema, config, { language })
  const errors =
    misfits.length > 0
      ? misfits
      : inLanguage(secretsToEnterAgain({ ...before, config: opened }, { manifest, config }, sent), language)
  if (sent !== undefined) requireNoFault(errors, language)
  if (errors.length > 0) throw new Problem(configDoesNotFit, { detail: errors[0]!.message, errors })
  return config
}
