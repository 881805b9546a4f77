import type { Migration } from '@guildhall/sdk'
import { bots } from './0001-bots.ts'
import { rehearsals } from './0002-rehearsals.ts'
import { servedFilters } from './0003-served-filters.ts'
import { manifestOrder } from './0004-manifest-order.ts'
import { mailsOfABot } from './0005-mails-of-a-bot.ts'

/** Append-only: a change is a new file. */
export const botMigrations: readonly Migration[] = [bots, rehearsals, servedFilters, manifestOrder, mailsOfABot]
