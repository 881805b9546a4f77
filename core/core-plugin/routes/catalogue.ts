import { Page, Problem, problems, Text } from '@guildhall/sdk'
import Type from 'typebox'
import type { CoreRouter, Place } from '../surroundings.ts'

export const AnyObject = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  description: 'Free JSON; of catalogues a JSON Schema, of plugins their settings',
})
const AnyValue = Type.Unsafe<unknown>({ description: 'One that fits the schema' })

const EventView = Type.Object(
  {
    id: Text(120),
    title: Text(200, { description: 'When it happens' }),
    version: Type.Integer(),
    plugin: Text(63, { description: 'Who emits it' }),
    enabled: Type.Boolean({ description: 'Whether the plugin is on in this organisation' }),
    schema: AnyObject,
    example: AnyValue,
  },
  { title: 'EventKind' },
)
const ActionView = Type.Object(
  {
    id: Text(120),
    title: Text(200, { description: 'What it does' }),
    plugin: Text(63, { description: 'Who offers it' }),
    enabled: Type.Boolean({ description: 'Whether that plugin is on here' }),
    requires: Text(120, { description: 'The permission a caller needs' }),
    effect: Type.Union([Type.Literal('read'), Type.Literal('write'), Type.Literal('destructive')], {
      description: 'Whether it can change or delete',
    }),
    perRun: Type.Integer({ description: 'Most calls a run' }),
    input: AnyObject,
    output: AnyObject,
  },
  { title: 'Action' },
)

const listOf = <S extends Type.TSchema>(item: S) => Page(item, { most: 5000 })
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)

/** A schema as plain JSON: TypeBox keeps marks of its own in it. */
export const plain = (schema: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(schema)) as Record<string, unknown>

export function catalogueRoutes(r: CoreRouter, place: Place): void {
  r.route({
    method: 'GET',
    url: '/events',
    access: { requires: 'core.catalogue.read' },
    summary: 'List the events there are, with schema, version and example',
    tags: ['Catalogue'],
    schema: { response: listOf(EventView) },
    handler: async (ctx) => {
      const { runtime } = place.around
      const on = await runtime.enablement.of(ctx.tenantId)
      const items = [...runtime.host.events.values()].map(({ plugin, event }) => ({
        id: event.id,
        title: event.title,
        version: event.version,
        plugin: plugin.id,
        enabled: on.isOn(plugin.id),
        schema: plain(event.payload),
        example: event.example,
      }))
      return { items: items.sort(byId), page: { nextCursor: null } }
    },
  })
  r.route({
    method: 'GET',
    url: '/actions',
    access: { requires: 'core.catalogue.read' },
    summary: 'List the actions that bots may call, with their schemas',
    tags: ['Catalogue'],
    schema: { response: listOf(ActionView) },
    handler: async (ctx) => {
      const { runtime } = place.around
      const on = await runtime.enablement.of(ctx.tenantId)
      const items = [...runtime.host.actions.values()].map(({ plugin, action }) => ({
        id: action.id as string,
        title: action.title,
        plugin: plugin.id,
        enabled: on.isOn(plugin.id),
        requires: action.requires,
        effect: action.effect,
        perRun: action.perRun,
        input: plain(action.input),
        output: plain(action.output),
      }))
      return { items: items.sort(byId), page: { nextCursor: null } }
    },
  })
  r.route({
    method: 'GET',
    url: '/openapi.json',
    access: {
      signedIn: true,
      because: 'it shows the addresses that are on in an organisation the caller belongs to, and no data',
    },
    summary: 'The OpenAPI document of what is on in this organisation',
    tags: ['Catalogue'],
    schema: { response: AnyObject },
    handler: async (ctx) => {
      const { openapi, runtime } = place.around
      if (!openapi) throw new Problem(problems.notFound)
      return openapi(await runtime.enablement.of(ctx.tenantId)) as Record<string, unknown>
    },
  })
}
