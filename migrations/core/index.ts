import type { MigrationSet } from '#core/database/migrations.ts'
import { foundation } from './0001-foundation.ts'
import { tenancy } from './0002-tenancy.ts'
import { effects } from './0003-effects.ts'
import { identity } from './0004-identity.ts'
import { operations } from './0005-operations.ts'
import { offeredFilters } from './0006-offered-filters.ts'
import { copies } from './0007-copies.ts'
import { makers } from './0008-makers.ts'
import { claims } from './0009-claims.ts'
import { confinedAccounts } from './0010-confined-accounts.ts'
import { freshStatistics } from './0011-fresh-statistics.ts'
import { accountMails } from './0012-account-mails.ts'
import { keysAbove } from './0013-keys-above.ts'

/** Append-only: a change is a new file. */
export const coreMigrations: MigrationSet = {
  owner: 'core',
  migrations: [
    foundation,
    tenancy,
    effects,
    identity,
    operations,
    offeredFilters,
    copies,
    makers,
    claims,
    confinedAccounts,
    freshStatistics,
    accountMails,
    keysAbove,
  ],
}
