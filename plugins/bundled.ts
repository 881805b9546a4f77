import type { PluginDefinition } from '@guildhall/sdk'

export const bundledPlugins: readonly PluginDefinition[] = []
