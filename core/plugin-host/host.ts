import type { EventRef, ExtensionPoint, PermissionDeclaration, PluginDefinition, ProblemKind } from '@guildhall/sdk'
import type { MigrationSet } from '../database/migrations.ts'
import type { DeclaredPermission } from '../permissions/builtin-roles.ts'
import type { Enablement } from './enablement.ts'
import {
  type AnyAction,
  type AnyJob,
  type InstalledPlugin,
  install,
  type ProvidedService,
  type Subscription,
} from './installed.ts'
import { inOrder } from './order.ts'

/** Everything that is installed, found by id. Who is on where is asked of `Enablement`. */
export class PluginHost {
  readonly plugins: readonly InstalledPlugin[]
  readonly #byId: ReadonlyMap<string, InstalledPlugin>
  readonly jobs: ReadonlyMap<string, { plugin: InstalledPlugin; job: AnyJob }>
  readonly actions: ReadonlyMap<string, { plugin: InstalledPlugin; action: AnyAction }>
  readonly events: ReadonlyMap<string, { plugin: InstalledPlugin; event: EventRef }>
  readonly services: ReadonlyMap<string, { plugin: InstalledPlugin; service: ProvidedService }>
  readonly permissions: ReadonlyMap<string, { plugin: InstalledPlugin; declaration: PermissionDeclaration }>
  readonly #subscriptions: readonly Subscription[]

  /** @throws one error with everything that does not fit. */
  constructor(definitions: readonly PluginDefinition[]) {
    this.plugins = inOrder(definitions.map(install))
    this.#byId = new Map(this.plugins.map((plugin) => [plugin.id, plugin]))
    this.jobs = unique('job', this.plugins, (plugin) => plugin.jobs.map((job) => [job.id, { plugin, job }]))
    this.actions = unique('action', this.plugins, (plugin) => plugin.actions.map((a) => [a.id, { plugin, action: a }]))
    this.events = unique('event', this.plugins, (plugin) => plugin.emits.map((event) => [event.id, { plugin, event }]))
    this.services = unique('service', this.plugins, (plugin) =>
      plugin.services.map((service) => [service.ref.id, { plugin, service }]),
    )
    this.permissions = unique('permission', this.plugins, (plugin) =>
      Object.entries(plugin.spec.permissions as Record<string, PermissionDeclaration>).map(([id, declaration]) => [
        id,
        { plugin, declaration },
      ]),
    )
    this.#subscriptions = this.plugins.flatMap((plugin) => plugin.subscriptions)
  }

  plugin(id: string): InstalledPlugin | undefined {
    return this.#byId.get(id)
  }

  get declaredPermissions(): readonly DeclaredPermission[] {
    return [...this.permissions].map(([id, { declaration }]) => ({ id, ...declaration }))
  }

  get migrations(): readonly MigrationSet[] {
    return this.plugins.flatMap(({ id, spec }) =>
      spec.migrations?.length ? [{ owner: id, migrations: spec.migrations }] : [],
    )
  }

  get problems(): readonly ProblemKind[] {
    return this.plugins.flatMap(({ spec }) => spec.problems ?? [])
  }

  subscriptionsTo(event: string): readonly Subscription[] {
    return this.#subscriptions.filter((subscription) => subscription.event === null || subscription.event === event)
  }

  /** From every installed plugin: for what belongs to no organisation. */
  installedContributions<T>(point: ExtensionPoint<T>): T[] {
    return this.contributions(point, { isOn: () => true })
  }

  /** Only from plugins that are on: a contribution is an entry like any other. */
  contributions<T>(point: ExtensionPoint<T>, on: Pick<Enablement, 'isOn'>): T[] {
    return this.plugins
      .filter((plugin) => on.isOn(plugin.id))
      .flatMap((plugin) => plugin.contributions.filter((c) => c.point.id === point.id).map((c) => c.impl as T))
  }
}

function unique<T>(
  what: string,
  plugins: readonly InstalledPlugin[],
  entries: (plugin: InstalledPlugin) => [string, T][],
): ReadonlyMap<string, T> {
  const found = new Map<string, T>()
  for (const plugin of plugins) {
    for (const [id, value] of entries(plugin)) {
      if (found.has(id)) throw new Error(`The ${what} "${id}" is declared twice`)
      found.set(id, value)
    }
  }
  return found
}
