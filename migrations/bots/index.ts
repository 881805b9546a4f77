import type { Migration } from '@guildhall/sdk'
import { bots } from './0001-bots.ts'
import { rehearsals } from './0002-rehearsals.ts'

/** Append-only: a change is a new file. */
export const botMigrations: readonly Migration[] = [bots, rehearsals]
