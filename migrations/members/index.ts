import type { Migration } from '@guildhall/sdk'
import { members } from './0001-members.ts'

/** Append-only: a change is a new file. */
export const memberMigrations: readonly Migration[] = [members]
