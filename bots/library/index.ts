/** The bots that come with the platform: one folder each, with its source in `bot.ts`. `core/platform.ts` hands them on. */
import type { ShippedBot } from '@guildhall/sdk'

export const libraryBots: readonly ShippedBot[] = []
