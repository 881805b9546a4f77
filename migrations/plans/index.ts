import type { Migration } from '@guildhall/sdk'
import { plans } from './0001-plans.ts'
import { offeredFilters } from './0002-offered-filters.ts'
import { reminders } from './0003-reminders.ts'
import { servedFilters } from './0004-served-filters.ts'
import { daysOfGrace } from './0005-days-of-grace.ts'

/** Append-only: a change is a new file. */
export const planMigrations: readonly Migration[] = [plans, offeredFilters, reminders, servedFilters, daysOfGrace]
