import type { Migration } from '@guildhall/sdk'
import { email } from './0001-email.ts'
import { notifications } from './0002-notifications.ts'
import { servedFilters } from './0003-served-filters.ts'
import { confidentialMails } from './0004-confidential-mails.ts'

/** Append-only: a change is a new file. */
export const emailMigrations: readonly Migration[] = [email, notifications, servedFilters, confidentialMails]
