/** Definitions: what is in the catalogue, and how a version gets there. */
import { Closed, Page, problems, Text } from '@guildhall/sdk'
import { hasTypes, sourceBytes } from '@guildhall/sdk/bot-source'
import Type from 'typebox'
import { botNamed, listBots } from '../bot-list.ts'
import { Bot, BotDetail, kinds, VersionDetail, VersionItem } from '../bot-schema.ts'
import type { BotsRouter } from '../context.ts'
import { botDetail, mutable } from '../installations/bot-view.ts'
import { BotParams, Language, seenBy } from '../language.ts'
import { PageQuery, pageOf } from '../listed.ts'
import { versionTaken } from '../problems.ts'
import { readShipped, versionNamed } from './catalogue.ts'
import { inTurn } from './in-turn.ts'
import { before } from './prerelease.ts'
import { publish } from './publish.ts'
import { readBot } from './read-bot.ts'
import { requestedBy } from './requests.ts'
import { type BotVersion, sourceOf } from './version-sql.ts'

const tags = ['Bots']
const read = { requires: 'bots.read' } as const
/** Of a request that publishes: a source is counted once it is read, and what is more is not read at all. */
const bodyBytes = 2 * 1024 * 1024

export function definitionRoutes(r: BotsRouter): void {
  r.route({
    method: 'GET',
    url: '/bots',
    access: read,
    summary: 'List the bots that can be installed here, and those that are',
    tags,
    schema: {
      query: Closed({
        ...PageQuery,
        ...Language,
        kind: Type.Optional(Type.Enum([...kinds], { description: 'Kind of bot' })),
        installed: Type.Optional(Type.Boolean({ description: 'Installed here, or not' })),
        enabled: Type.Optional(Type.Boolean({ description: 'Switched on here, or not' })),
        search: Type.Optional(Type.String({ maxLength: 200, description: 'Words of id, title and description' })),
      }),
      response: Page(Bot),
    },
    async handler(ctx, { query, facts }) {
      const shipped = await readShipped(ctx)
      const bots = await ctx.transaction((tx) => listBots(ctx, tx, shipped, query, seenBy(ctx, query, facts)))
      return pageOf(bots, ({ id }) => id, query)
    },
  })
  r.route({
    method: 'GET',
    url: '/bots/:id',
    access: read,
    summary: 'Show a bot with its form, what it asks for and how it is set',
    tags,
    schema: { params: BotParams, query: Closed(Language), response: BotDetail },
    async handler(ctx, { params, query, facts }) {
      const shipped = await readShipped(ctx)
      return ctx.transaction(async (tx) =>
        botDetail(ctx, tx, await botNamed(ctx, tx, shipped, params.id), seenBy(ctx, query, facts)),
      )
    },
  })
  r.route({
    method: 'GET',
    url: '/bots/:id/versions',
    access: read,
    summary: 'List the versions of a bot, the newest first',
    tags,
    schema: { params: BotParams, query: Closed({ ...PageQuery, ...Language }), response: Page(VersionItem) },
    async handler(ctx, { params, query, facts }) {
      const shipped = await readShipped(ctx)
      const seen = seenBy(ctx, query, facts)
      return ctx.transaction(async (tx) => {
        const { bot } = await botNamed(ctx, tx, shipped, params.id)
        const items = bot.versions.map((version) => versionView(version, seen))
        return pageOf(items, ({ version }) => version, query)
      })
    },
  })
  r.route({
    method: 'GET',
    url: '/bots/:id/versions/:version',
    access: read,
    summary: 'Show one version of a bot, with its source for whoever may publish',
    tags,
    schema: {
      params: Closed({ ...BotParams.properties, version: Text(60) }),
      query: Closed(Language),
      response: VersionDetail,
    },
    async handler(ctx, { params, query, facts }) {
      const shipped = await readShipped(ctx)
      return ctx.transaction(async (tx) => {
        const { bot } = await botNamed(ctx, tx, shipped, params.id)
        const version = versionNamed(bot, params.version)
        const from =
          version.id === null ? shipped.find((one) => one.hash === version.hash) : await sourceOf(tx, version.id)
        return {
          ...versionView(version, seenBy(ctx, query, facts)),
          manifest: { ...version.manifest },
          source: ctx.may('bots.publish') ? (from?.original ?? null) : null,
        }
      })
    },
  })
  r.route({
    method: 'POST',
    url: '/bots',
    access: { requires: 'bots.publish' },
    summary: 'Publish a version of a bot',
    description:
      'One module with `export default defineBot(...)`, in TypeScript or JavaScript. A version never changes: the same source again is `unchanged`, another source under the same version is refused. Whatever stands in the way is named with its line.',
    tags,
    problems: [versionTaken, problems.alreadyExists, problems.conflict],
    schema: {
      body: Closed({
        // Reading it says how large it is and may be; here is only what no body holds.
        source: Type.String({
          minLength: 1,
          maxLength: bodyBytes,
          description: `At most ${sourceBytes / 1024} KB`,
          examples: [exampleSource],
        }),
        prerelease: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 40,
            pattern: '^[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*$',
            'x-says': 'must be labels of a semantic version joined by dots, such as dev.3',
            description:
              'Published as a version before the one in the source: `1.0.0` and `dev.3` make `1.0.0-dev.3`. For trying out',
            examples: ['dev.3'],
          }),
        ),
        fileName: Type.Optional(Text(200, { description: 'One that ends with `.js` or `.mjs` has no types to strip' })),
      }),
      response: Closed({
        ...VersionItem.properties,
        id: Text(60),
        unchanged: Type.Boolean({ description: 'This source was published before under the same version' }),
      }),
    },
    status: 201,
    bodyLimit: bodyBytes,
    async handler(ctx, { body, facts }) {
      // The sandbox reads it before a unit of work begins: none is open while strange code runs.
      const types = hasTypes(body.fileName)
      const source = await inTurn(ctx.tenantId, () => readBot(ctx.use.sandbox, body.source, { types }))
      const bot = before(source, body.prerelease)
      const shipped = await readShipped(ctx)
      return ctx.transaction(async (tx) => {
        const { version, unchanged } = await publish(ctx, tx, bot, shipped)
        return { id: version.botId, unchanged, ...versionView(version, seenBy(ctx, {}, facts)) }
      })
    },
  })
}

/** The smallest one that does something. */
const exampleSource = `import { defineBot } from '@guildhall/sdk'

export default defineBot({
  id: 'newcomers',
  version: '1.0.0',
  title: 'Newcomers',
  description: 'Writes down who joins.',
  kind: 'event',
  config: { schema: { type: 'object', properties: {} } },
  triggers: { events: ['members.created'] },
  permissions: { actions: ['members.get'] },
  async run(ctx, event) {
    const member = await ctx.call('members.get', { id: event.payload.memberId })
    ctx.log(member.displayName)
  },
})
`

const versionView = (version: BotVersion, seen: ReturnType<typeof seenBy>): VersionItem => ({
  version: version.version,
  origin: version.origin,
  hash: version.hash,
  title: version.manifest.title,
  kind: version.manifest.kind,
  permissions: mutable(requestedBy(version.manifest, seen.actions, seen.language)),
  publishedBy: version.publishedBy && { ...version.publishedBy },
  createdAt: version.createdAt?.toISOString() ?? null,
})
