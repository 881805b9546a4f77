import {
  ApplyPlan,
  Closed,
  Nullable,
  Page,
  Problem,
  problems,
  requireVersion,
  Text,
  Timestamp,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { onDependants } from '../../plugin-host/index.ts'
import { lockStates, switchPlugin } from '../../plugin-host/switching.ts'
import { hideSecrets, secretsSet } from '../../secrets/index.ts'
import { type EditionName, inEdition } from '../../tenancy/organizations-editions.ts'
import { Validator } from '../../validation.ts'
import { manifestOf } from '../manifest.ts'
import { OperationView } from '../operations/operations.ts'
import { applyPurge, planPurge, readPurge } from '../operations/purge-plugin.ts'
import type { CoreRouter, Place } from '../surroundings.ts'
import { AnyObject } from './catalogue.ts'

const PluginView = Type.Object(
  {
    id: Text(63),
    title: Text(200, { description: 'What people read' }),
    description: Text(2000, { description: 'What it brings', min: 0 }),
    pluginVersion: Text(40, { description: 'Of the software' }),
    enabled: Type.Boolean({ description: 'Whether it is on here' }),
    configured: Type.Boolean({
      description: 'Whether the configuration fits; a plugin that is on without it does less',
    }),
    inEdition: Type.Boolean({ description: 'Whether the edition of the organisation allows it' }),
    config: AnyObject,
    secretsSet: Type.Array(Text(300), {
      maxItems: 100,
      description: 'JSON pointers of secrets that are set; their values are never shown',
    }),
    dependsOn: Type.Array(Text(63), { description: 'Plugins that must be on too', maxItems: 100 }),
    requiredBy: Type.Array(Text(63), { maxItems: 100, description: 'Plugins that are on here and need it' }),
    createdAt: Nullable(Timestamp()),
    updatedAt: Nullable(Timestamp()),
    version: Type.Integer({ description: 'Of its state here; 0: it was never on' }),
  },
  { title: 'Plugin' },
)
type PluginView = Static<typeof PluginView>

const Params = Closed({ id: Text(63) })
const OperationParams = Closed({ id: Text(63), operation: Uuid() })
const tags = ['Plugins']

interface Times {
  plugin_id: string
  created_at: Date
  updated_at: Date
}

async function views(place: Place, tx: Tx): Promise<PluginView[]> {
  const { runtime } = place.around
  const rows = await tx.query<Times & { enabled: boolean; config: Record<string, unknown>; version: number }>(
    'SELECT plugin_id, enabled, config, version, created_at, updated_at FROM core.plugin_state WHERE tenant_id = $1',
    [tx.tenantId],
  )
  const [tenant] = await tx.query<{ edition: EditionName | null }>('SELECT edition FROM core.tenant WHERE id = $1', [
    tx.tenantId,
  ])
  const states = new Map(rows.map((row) => [row.plugin_id, row]))
  const on = {
    isOn: (id: string) => id === 'core' || states.get(id)?.enabled === true,
    config: () => ({}),
    states: new Map(),
  }
  return runtime.host.plugins
    .filter(({ id }) => id !== 'core')
    .map((plugin) => {
      const row = states.get(plugin.id)
      const { schema } = plugin.spec.config
      const stored = row?.config ?? {}
      return {
        id: plugin.id,
        title: plugin.spec.title,
        description: plugin.spec.description ?? '',
        pluginVersion: plugin.version,
        enabled: row?.enabled ?? false,
        configured: isConfigured(schema, stored),
        inEdition: inEdition(tenant?.edition, plugin.id),
        config: hideSecrets(schema, Validator.of(schema).withDefaults(stored) as Record<string, unknown>),
        secretsSet: secretsSet(schema, stored),
        dependsOn: [...plugin.dependsOn],
        requiredBy: onDependants(plugin.id, runtime.host.plugins, on),
        createdAt: row?.created_at.toISOString() ?? null,
        updatedAt: row?.updated_at.toISOString() ?? null,
        version: row?.version ?? 0,
      }
    })
}

/** A sealed secret counts as the text it holds. */
function isConfigured(schema: Parameters<typeof Validator.of>[0], stored: Record<string, unknown>): boolean {
  const opened = JSON.parse(
    JSON.stringify(stored, (_key, value: unknown) =>
      typeof value === 'object' && value !== null && '$sealed' in value ? 'sealed' : value,
    ),
  ) as unknown
  return Validator.of(schema).accepts(Validator.of(schema).withDefaults(opened))
}

async function view(place: Place, tx: Tx, id: string): Promise<PluginView> {
  const found = (await views(place, tx)).find((plugin) => plugin.id === id)
  if (!found) throw new Problem(problems.notFound, { detail: `There is no plugin "${id}".` })
  return found
}

export function pluginRoutes(r: CoreRouter, place: Place): void {
  r.route({
    method: 'GET',
    url: '/plugins',
    access: { requires: 'core.plugins.read' },
    summary: 'List the installed plugins and what is on',
    tags,
    schema: { response: Page(PluginView) },
    handler: (ctx) => ctx.read(async (tx) => ({ items: await views(place, tx), page: { nextCursor: null } })),
  })
  r.route({
    method: 'GET',
    url: '/plugins/:id',
    access: { requires: 'core.plugins.read' },
    summary: 'Show a plugin and its configuration',
    tags,
    schema: { params: Params, response: PluginView },
    handler: (ctx, { params }) => ctx.read((tx) => view(place, tx, params.id)),
  })
  r.route({
    method: 'PUT',
    url: '/plugins/:id',
    access: { requires: 'core.plugins.manage' },
    summary: 'Switch a plugin on or off, or configure it',
    description:
      'Takes effect at once, on every node; switching off and on again loses nothing. The configuration is sent whole; secrets it leaves out stay, null takes one away.',
    tags,
    problems: [problems.dependency, problems.notInEdition],
    schema: {
      params: Params,
      body: Closed({
        enabled: Type.Optional(Type.Boolean({ description: 'Switches it on or off' })),
        config: Type.Optional(AnyObject),
      }),
      response: PluginView,
    },
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        const { on } = await lockStates(tx)
        requireVersion(facts, on.states.get(params.id)?.version ?? 0)
        await switchPlugin(place.around.runtime, tx, params.id, body)
        return view(place, tx, params.id)
      }),
  })
  r.route({
    method: 'GET',
    url: '/plugins/:id/manifest',
    access: { requires: 'core.catalogue.read' },
    summary: 'Show what a plugin brings: permissions, routes, actions, events, jobs, configuration form',
    tags,
    schema: { params: Params, response: AnyObject },
    handler: async (_ctx, { params }) => {
      const plugin = place.around.runtime.host.plugin(params.id)
      if (!plugin) throw new Problem(problems.notFound, { detail: `There is no plugin "${params.id}".` })
      return manifestOf(plugin)
    },
  })
  r.route({
    method: 'POST',
    url: '/plugins/:id/purge',
    access: { requires: 'core.plugins.purge' },
    summary: "Plan to delete a switched-off plugin's data",
    description: 'Deletes nothing yet: send the hash of the plan to `apply`.',
    tags,
    schema: { params: Params, response: OperationView },
    status: 201,
    handler: (ctx, { params }) => ctx.transaction((tx) => planPurge(place.around.runtime, tx, params.id)),
  })
  r.route({
    method: 'GET',
    url: '/plugins/:id/purge/:operation',
    access: { requires: 'core.plugins.purge' },
    summary: 'Show how far a purge is',
    tags,
    schema: { params: OperationParams, response: OperationView },
    handler: (ctx, { params }) => ctx.read((tx) => readPurge(tx, params.id, params.operation)),
  })
  r.route({
    method: 'POST',
    url: '/plugins/:id/purge/:operation/apply',
    access: { requires: 'core.plugins.purge' },
    summary: "Delete a plugin's data as planned",
    tags,
    problems: [problems.planOutdated],
    schema: { params: OperationParams, body: ApplyPlan, response: OperationView },
    status: 202,
    handler: (ctx, { params, body }) =>
      ctx.transaction((tx) => applyPurge(place.around.runtime, tx, params.id, params.operation, body.hash)),
  })
}
