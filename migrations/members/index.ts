import type { Migration } from '@guildhall/sdk'
import { members } from './0001-members.ts'
import { imports } from './0002-imports.ts'
import { invitations } from './0003-invitations.ts'
import { bulkOperations } from './0004-bulk.ts'
import { offeredFilters } from './0005-offered-filters.ts'
import { birthDays } from './0006-birth-days.ts'
import { suspensions } from './0007-suspensions.ts'
import { servedFilters } from './0008-served-filters.ts'

/** Append-only: a change is a new file. */
export const memberMigrations: readonly Migration[] = [
  members,
  imports,
  invitations,
  bulkOperations,
  offeredFilters,
  birthDays,
  suspensions,
  servedFilters,
]
