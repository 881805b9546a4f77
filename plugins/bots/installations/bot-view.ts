import type { ActionDescription, Tx } from '@guildhall/sdk'
import type { Bot, BotDetail } from '../bot-schema.ts'
import type { BotsContext } from '../context.ts'
import { type CataloguedBot, newestOf } from '../definitions/catalogue.ts'
import { type Language, requestedBy, sentencesOf, textIn } from '../definitions/requests.ts'
import { compareVersions } from '../definitions/semver.ts'
import { type BotVersion, versionById } from '../definitions/version-sql.ts'
import { shownConfig } from './config-values.ts'
import { asksMore, beyondConsent } from './consent.ts'
import { triggersIn, whatForm, whenForm, whoForm } from './forms.ts'
import type { LastRun } from './installation-sql.ts'
import { ceilingsOf } from './limits.ts'
import type { Installation } from './stored.ts'

export interface Seen {
  readonly actions: readonly ActionDescription[]
  readonly language: Language
}
/** One line of the catalogue: a bot that could be installed, or an installation. */
export interface Entry {
  readonly key: string
  readonly bot: CataloguedBot
  readonly installation: Installation | null
  readonly lastRun: LastRun | null
}

const shownManifest = ({ installation, bot }: Entry) => installation?.manifest ?? newestOf(bot).manifest

export function botView(entry: Entry, { actions, language }: Seen): Bot {
  const { key, bot, installation, lastRun } = entry
  const newest = newestOf(bot)
  const manifest = shownManifest(entry)
  const { schema, uiSchema } = whatForm(manifest, language)
  const upgrade = installation && isNewer(newest, installation) ? newest : null
  return {
    id: key,
    botId: bot.id,
    title: textIn(language, manifest, manifest.title),
    description: textIn(language, manifest, manifest.description),
    kind: manifest.kind,
    origin: newest.origin,
    installed: installation !== null,
    enabled: installation?.enabled ?? false,
    version: installation?.manifest.version ?? null,
    newestVersion: newest.version,
    schema: { ...schema },
    uiSchema: { ...uiSchema },
    triggers: { ...triggersIn(manifest, language) },
    permissions: mutable(requestedBy(manifest, actions, language)),
    needsConsent: installation
      ? upgrade !== null && asksMore(upgrade.manifest, installation.consent)
      : manifest.permissions.actions.length + manifest.permissions.hosts.length > 0,
    upgrade: upgrade && {
      version: upgrade.version,
      asksMore: sentencesOf(
        requestedBy({ permissions: beyondConsent(upgrade.manifest, installation!.consent) }, actions, language),
      ),
    },
    stopped: installation?.stopped ? { ...installation.stopped } : null,
    lastRun: lastRun && {
      id: lastRun.id,
      status: lastRun.status,
      ended: lastRun.ended,
      reason: lastRun.reason,
      queuedAt: lastRun.queuedAt.toISOString(),
      finishedAt: lastRun.finishedAt?.toISOString() ?? null,
    },
    createdAt: installation?.createdAt.toISOString() ?? null,
    updatedAt: installation?.updatedAt.toISOString() ?? null,
    revision: installation?.version ?? null,
  }
}

const isNewer = (newest: BotVersion, { manifest }: Installation): boolean =>
  compareVersions(newest.version, manifest.version) > 0

export async function botDetail(ctx: BotsContext, tx: Tx, entry: Entry, seen: Seen): Promise<BotDetail> {
  const { installation } = entry
  const manifest = shownManifest(entry)
  const previous = installation?.previousVersionId ? await versionById(tx, installation.previousVersionId) : null
  return {
    ...botView(entry, seen),
    form: mutable({
      when: whenForm(manifest, ctx.use.events.list(), seen.language),
      what: whatForm(manifest, seen.language),
      who: whoForm(await ctx.use.access.roles(tx), seen.language),
    }),
    settings: installation && {
      triggers: { ...installation.triggers },
      config: { ...shownConfig(manifest.config.schema, installation.config) },
      notifications: { ...installation.notifications },
      limits: { ...installation.limits },
      configVersion: installation.configVersion,
      consent: mutable(installation.consent),
      installedBy: { ...installation.installedBy },
      previousVersion: previous?.version ?? null,
      hasAddress: installation.webhookSecret !== null,
    },
    ceilings: { ...ceilingsOf(manifest) },
    timeZone: (await ctx.use.organization.current(tx)).timeZone,
  }
}

/** Schemas infer arrays that can be written to; ours cannot, and nobody does. */
type Writable<T> = T extends readonly (infer I)[]
  ? Writable<I>[]
  : T extends object
    ? { -readonly [K in keyof T]: K extends 'schema' | 'uiSchema' ? Record<string, unknown> : Writable<T[K]> }
    : T
export const mutable = <T>(value: T): Writable<T> => value as unknown as Writable<T>
