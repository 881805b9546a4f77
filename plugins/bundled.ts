/** The plugins that come with the platform; new organisations have all of them on. */
import type { PluginDefinition } from '@guildhall/sdk'
import { analyticsPlugin } from './analytics/index.ts'
import { botsPlugin } from './bots/index.ts'
import { emailPlugin } from './email/index.ts'
import { groupsPlugin } from './groups/index.ts'
import { membersPlugin } from './members/index.ts'
import { plansPlugin } from './plans/index.ts'

export const bundledPlugins: readonly PluginDefinition[] = [
  membersPlugin,
  groupsPlugin,
  plansPlugin,
  analyticsPlugin,
  botsPlugin,
  emailPlugin,
]
