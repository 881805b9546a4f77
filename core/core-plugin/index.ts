/**
 * The plugin `core`: what the platform itself offers over the API, through the same router, gate and permissions as
 * every plugin. One file a resource in routes/; access/, acting/ and services.ts are what plugins use. It is on in every
 * organisation.
 */
import {
  accessService,
  actionsService,
  definePlugin,
  eventsService,
  filesService,
  linksService,
  mailSettingsService,
  organizationService,
  type PluginDefinition,
  sandboxService,
  schedulesService,
  sealsService,
  shippedBotsService,
  simulationService,
  treeService,
  usersService,
} from '@guildhall/sdk'
import Type from 'typebox'
import type { Runtime } from '../runtime.ts'
import { simulate } from '../simulation/index.ts'
import { organizationServiceFor } from '../tenancy/organization.ts'
import { tree } from '../tenancy/tree.ts'
import { accessServiceFor } from './access/access-service.ts'
import { actionsServiceFor } from './acting/actions-service.ts'
import { schedulesServiceFor } from './acting/schedules-service.ts'
import { sealsServiceFor } from './acting/seals-service.ts'
import { coreActions } from './actions.ts'
import { eventsServiceFor, shippedBotsServiceFor } from './bot-catalogue.ts'
import { coreJobs } from './jobs.ts'
import { type CorePermission, corePermissions } from './permissions.ts'
import { coreRoutes, coreTags } from './routes/index.ts'
import { filesServiceFor, linksServiceFor, mailSettingsServiceFor, sandboxFor, usersServiceFor } from './services.ts'
import { type CoreSettings, type Door, Place } from './surroundings.ts'

export type { CoreSettings, Door } from './surroundings.ts'

export interface CorePlugin {
  readonly plugin: PluginDefinition
  /** Tells it where it is, once the platform is open. */
  settle(runtime: Runtime, settings: CoreSettings): void
  readonly openDoor: (door: Door) => void
}

/** Made before anything is connected: the host reads definitions first. */
export function corePlugin(): CorePlugin {
  const place = new Place()
  const plugin = definePlugin<'core', CorePermission, Type.TObject<Record<never, never>>>({
    id: 'core',
    version: '0.1.0',
    sdk: '^0.1.0',
    title: 'Core',
    description: 'Organisations, plugins, roles, tokens, the audit trail, jobs.',
    tags: coreTags,
    config: { schema: Type.Object({}, { additionalProperties: false }) },
    permissions: corePermissions,
    routes: (r) => coreRoutes(r, place),
    jobs: (j) => coreJobs(j, place),
    actions: (a) => coreActions(a, place),
    provides: (p) => {
      p.service(organizationService, () => organizationServiceFor(place.around.organizationDefaults))
      p.service(treeService, () => tree)
      p.service(accessService, (ctx) => accessServiceFor(place.around.runtime, ctx))
      p.service(actionsService, (ctx, caller) => actionsServiceFor(place.around.runtime, ctx, caller))
      p.service(schedulesService, (_ctx, { plugin }) => schedulesServiceFor(place.around.runtime, plugin))
      p.service(sealsService, ({ tenantId }, { plugin }) =>
        sealsServiceFor(place.around.runtime.sealer, { tenantId, plugin }),
      )
      p.service(usersService, () => usersServiceFor(place))
      p.service(linksService, () => linksServiceFor(place.around))
      p.service(eventsService, (_ctx, caller) => eventsServiceFor(place.around, caller))
      p.service(shippedBotsService, (_ctx, caller) => shippedBotsServiceFor(place.around, caller))
      p.service(filesService, () => filesServiceFor(place.around))
      p.service(mailSettingsService, () => mailSettingsServiceFor(place.around))
      p.service(sandboxService, () => sandboxFor(place.around))
      p.service(simulationService, ({ tenantId }) => ({
        run: (request) =>
          simulate(place.around.runtime, { tenantId, core: corePlugin(), settings: place.around }, request),
      }))
    },
  })
  return {
    plugin,
    settle: (runtime, settings) => {
      place.settle({ ...settings, runtime })
    },
    openDoor: (door) => place.open(door),
  }
}
