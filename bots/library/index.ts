/** The bots that come with the platform. Each is one module as an author would publish it; its README says when to take it. */
import type { ShippedBot } from '@guildhall/sdk'

const shipped = (folder: string): ShippedBot => ({ source: new URL(`./${folder}/bot.ts`, import.meta.url) })

export const libraryBots: readonly ShippedBot[] = [
  shipped('welcome-email'),
  shipped('birthday-greeting'),
  shipped('role-and-group-by-rule'),
  shipped('weekly-report'),
  shipped('sync'),
  shipped('webhook-notify'),
  shipped('workflow'),
  shipped('platform-maintenance'),
]
