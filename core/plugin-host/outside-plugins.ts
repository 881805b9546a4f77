import { realpathSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PluginDefinition } from '@guildhall/sdk'

/**
 * A third-party plugin: an npm package whose default export is the definition. It is looked for beside the platform's
 * own packages, then in the folder `plugins` of the data folder, so that a checkout or an image need not be changed.
 * @throws Error that says whether it is missing, broken, or no plugin
 */
export async function loadOutsidePlugin(name: string, dataDir: string): Promise<PluginDefinition> {
  const loaded = await load(name, join(dataDir, 'plugins'))
  const definition = loaded.default as Partial<PluginDefinition> | undefined
  if (definition?.kind !== 'plugin')
    throw new Error(`plugins: the default export of "${name}" is not a plugin made with definePlugin().`)
  return definition as PluginDefinition
}

async function load(name: string, folder: string): Promise<{ default?: unknown }> {
  const file = find(name, import.meta.filename) ?? find(name, join(folder, 'package.json'))
  if (!file)
    throw new Error(
      `plugins: the package "${name}" is not installed. Run: npm install --legacy-peer-deps --prefix "${folder}" ${name}`,
    )
  share(folder)
  try {
    return (await import(pathToFileURL(file).href)) as { default?: unknown }
  } catch (cause) {
    throw new Error(`plugins: the package "${name}" cannot be loaded: ${(cause as Error).message}`, { cause })
  }
}

/** @throws Error when it is there and has no entry */
function find(name: string, from: string): string | null {
  try {
    return createRequire(from).resolve(name)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'MODULE_NOT_FOUND') return null
    throw new Error(`plugins: the package "${name}" has no entry ("exports" needs a "default"): ${message}`, { cause })
  }
}

const shared = /^(@guildhall\/sdk|typebox)(\/|$)/
const sharing = new Set<string>()

/** Plugins of the folder get the platform's own SDK and typebox: their peers need not be installed, nor fit a second time. */
function share(folder: string): void {
  if (sharing.has(folder)) return
  sharing.add(folder)
  let inside: string
  try {
    inside = `${pathToFileURL(realpathSync(folder)).href}/`
  } catch {
    return
  }
  registerHooks({
    resolve: (specifier, context, next) =>
      shared.test(specifier) && context.parentURL?.startsWith(inside)
        ? next(specifier, { ...context, parentURL: import.meta.url })
        : next(specifier, context),
  })
}
