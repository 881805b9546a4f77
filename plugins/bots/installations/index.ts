/** Installations: a bot in an organisation, with its form, its consent and its switch. */
import { Closed, problems, type RequestFacts, type Tx } from '@guildhall/sdk'
import Type from 'typebox'
import { botNamed } from '../bot-list.ts'
import { BotDetail, VersionName } from '../bot-schema.ts'
import type { BotsContext, BotsRouter } from '../context.ts'
import { readShipped, type Shipped } from '../definitions/catalogue.ts'
import { BotParams, seenBy } from '../language.ts'
import { configDoesNotFit, consentRequired } from '../problems.ts'
import { botDetail } from './bot-view.ts'
import { configure } from './configure.ts'
import { rollBack, upgrade } from './other-version.ts'
import { Consent, Limits, Notifications, Triggers } from './settings-schema.ts'
import type { Installation } from './stored.ts'
import { setEnabled, uninstall } from './switch.ts'

const tags = ['Bots']
const install = { requires: 'bots.install' } as const
const Key = Type.String({
  maxLength: 60,
  pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
  'x-says': 'must be lower-case letters, digits and "-", such as birthday-greeting-south',
  description: 'Name of a further installation of the same bot',
})
const Config = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  'x-max-bytes': 262_144,
  description:
    'Takes the place of the settings as a whole; secrets that are left out stay, unless the bot could reach another server then: they are entered again; `null` takes one away',
})

/** Carries the change out and shows the bot as it is then. */
async function changed(
  ctx: BotsContext,
  facts: RequestFacts,
  change: (tx: Tx, shipped: Shipped) => Promise<Installation>,
): Promise<BotDetail> {
  const shipped = await readShipped(ctx)
  return ctx.transaction(async (tx) => {
    const { key } = await change(tx, shipped)
    return botDetail(ctx, tx, await botNamed(ctx, tx, shipped, key), seenBy(ctx, {}, facts))
  })
}

export function installationRoutes(r: BotsRouter): void {
  r.route({
    method: 'POST',
    url: '/bots/:id/configure',
    ifMatch: true,
    access: install,
    summary: 'Install a bot with consent, or set an installed one otherwise',
    description:
      'Parts left out stay. What the bot asks for is agreed to with `consent`: exactly the actions and hosts that `permissions` names. Whoever installs or sets a bot must be allowed everything it may do.',
    tags,
    problems: [
      consentRequired,
      problems.alreadyExists,
      problems.conflict,
      problems.dependency,
      problems.preconditionFailed,
    ],
    schema: {
      params: BotParams,
      body: Closed({
        version: Type.Optional(VersionName),
        alias: Type.Optional(Key),
        triggers: Type.Optional(Triggers),
        config: Type.Optional(Config),
        notifications: Type.Optional(Notifications),
        limits: Type.Optional(Limits),
        enabled: Type.Optional(Type.Boolean({ description: 'Whether it runs; default true' })),
        consent: Type.Optional(Consent),
      }),
      response: BotDetail,
    },
    handler: (ctx, { params, body, facts }) =>
      changed(ctx, facts, async (tx, shipped) => {
        const { installation } = await configure(ctx, tx, shipped, { key: params.id, body, facts })
        return installation
      }),
  })
  for (const enabled of [true, false])
    r.route({
      method: 'POST',
      url: `/bots/:id/${enabled ? 'enable' : 'disable'}`,
      ifMatch: true,
      access: install,
      summary: enabled ? 'Switch a bot on' : 'Switch a bot off',
      tags,
      problems: [problems.dependency, problems.preconditionFailed],
      schema: { params: BotParams, response: BotDetail },
      handler: (ctx, { params, facts }) =>
        changed(ctx, facts, (tx) => setEnabled(ctx, tx, { key: params.id, enabled, facts })),
    })
  r.route({
    method: 'POST',
    url: '/bots/:id/upgrade',
    ifMatch: true,
    access: install,
    summary: 'Go to another version of a bot',
    description: 'A version that asks for more needs `consent`; until then the old one goes on. Settings move along.',
    tags,
    problems: [consentRequired, configDoesNotFit, problems.conflict, problems.dependency, problems.preconditionFailed],
    schema: {
      params: BotParams,
      body: Closed({
        version: Type.Optional(VersionName),
        consent: Type.Optional(Consent),
        config: Type.Optional(Config),
      }),
      response: BotDetail,
    },
    handler: (ctx, { params, body, facts }) =>
      changed(ctx, facts, (tx, shipped) =>
        upgrade(ctx, tx, shipped, { key: params.id, facts, ...body, version: body.version }),
      ),
  })
  r.route({
    method: 'POST',
    url: '/bots/:id/rollback',
    ifMatch: true,
    access: install,
    summary: 'Go back to the version a bot ran before',
    tags,
    problems: [consentRequired, configDoesNotFit, problems.conflict, problems.dependency, problems.preconditionFailed],
    schema: {
      params: BotParams,
      body: Closed({ consent: Type.Optional(Consent), config: Type.Optional(Config) }),
      response: BotDetail,
    },
    handler: (ctx, { params, body, facts }) =>
      changed(ctx, facts, (tx) => rollBack(ctx, tx, { key: params.id, facts, ...body })),
  })
  r.route({
    method: 'DELETE',
    url: '/bots/:id',
    access: install,
    summary: 'Remove a bot with its runs, logs and state',
    description: 'Its versions stay in the catalogue; what it did stays in the audit trail.',
    tags,
    problems: [problems.preconditionFailed],
    schema: { params: BotParams, response: Type.Null() },
    status: 204,
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        await uninstall(ctx, tx, { key: params.id, facts })
        return null
      }),
  })
}
