import type { Migration } from '@guildhall/sdk'
import { groups } from './0001-groups.ts'

/** Append-only: a change is a new file. */
export const groupMigrations: readonly Migration[] = [groups]
