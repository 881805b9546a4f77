import type { Access, PermissionDeclaration, ProblemKind, ShippedBot } from '@guildhall/sdk'
import type { InstalledPlugin } from '../plugin-host/index.ts'
import { apiPrefix } from '../plugin-host/routes.ts'
import { plain } from './routes/catalogue.ts'

/** Everything a plugin declares, as plain JSON; made without touching a database. */
export function manifestOf(plugin: InstalledPlugin): Record<string, unknown> {
  const { spec } = plugin
  return {
    id: plugin.id,
    title: spec.title,
    description: spec.description ?? '',
    pluginVersion: plugin.version,
    sdk: spec.sdk,
    dependsOn: spec.dependsOn ?? {},
    config: { schema: plain(spec.config.schema), ui: spec.config.ui ?? {} },
    permissions: Object.entries(spec.permissions as Record<string, PermissionDeclaration>).map(([id, declared]) => ({
      id,
      ...declared,
    })),
    routes: plugin.routes.map((collected) =>
      collected.kind === 'raw'
        ? { method: '*', url: `${apiPrefix}${collected.prefix}`, access: accessOf(collected.access) }
        : {
            method: collected.kind === 'upload' ? 'POST' : (collected.route.method ?? 'GET'),
            url: `${apiPrefix}${collected.route.url}`.replaceAll(/:(\w+)/g, '{$1}'),
            summary: collected.route.summary,
            access: accessOf(collected.route.access),
          },
    ),
    actions: plugin.actions.map(({ id, title, requires, effect, perRun, input, output }) => ({
      id,
      title,
      requires,
      effect,
      perRun,
      input: plain(input),
      output: plain(output),
    })),
    events: plugin.emits.map(({ id, title, version, payload, example }) => ({
      id,
      title,
      version,
      schema: plain(payload),
      example,
    })),
    subscriptions: plugin.subscriptions.map(({ id, event }) => ({ id, event })),
    jobs: plugin.jobs.map(({ id, title, attempts, timeoutMs, schedule }) => ({
      id,
      title,
      attempts,
      timeoutMs,
      schedule: schedule ? { cron: schedule.cron, timezone: schedule.timezone } : null,
    })),
    bots: ((spec.bots ?? []) as readonly ShippedBot[]).map(({ source }) => ({ source: shownSource(source) })),
    problems: (spec.problems ?? []).map(({ type, status, title, remedy }: ProblemKind) => ({
      type,
      status,
      title,
      remedy,
    })),
    migrations: (spec.migrations ?? []).map(({ name }: { name: string }) => name),
  }
}

/** Its folder and file: where it stands on this machine is nobody's business. */
const shownSource = ({ pathname }: URL): string => decodeURIComponent(pathname.split('/').slice(-2).join('/'))

const accessOf = (access: Access<string>): Record<string, unknown> => {
  if ('requires' in access) return { requires: access.requires, ...(access.own ? { own: true } : {}) }
  return 'public' in access ? { public: true, because: access.because } : { signedIn: true, because: access.because }
}
