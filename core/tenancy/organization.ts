import {
  dateIn,
  defaultTimeZone,
  type Organization,
  type OrganizationService,
  Problem,
  problems,
  type Tx,
} from '@guildhall/sdk'

/** What an organisation's days are when it says nothing itself. */
export interface OrganizationDefaults {
  readonly inviteExpiryDays: number
  readonly membershipReminderDays: number
}

interface Row {
  id: string
  slug: string
  name: string
  settings: Record<string, unknown>
  version: number
}

export function organizationOf(row: Row, defaults: OrganizationDefaults): Organization {
  const settings = row.settings as Partial<Organization>
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    timeZone: settings.timeZone ?? defaultTimeZone,
    locale: settings.locale ?? 'en-GB',
    languages: settings.languages ?? ['en', 'de'],
    currency: settings.currency ?? 'USD',
    country: settings.country ?? 'US',
    inviteExpiryDays: settings.inviteExpiryDays ?? defaults.inviteExpiryDays,
    membershipReminderDays: settings.membershipReminderDays ?? defaults.membershipReminderDays,
    version: row.version,
  }
}

export function organizationServiceFor(defaults: OrganizationDefaults): OrganizationService {
  const current = async (tx: Tx) => {
    const [row] = await tx.query<Row>(
      'SELECT id, slug, name, settings, version FROM core.tenant WHERE id = $1',
      [tx.tenantId],
      { prepared: true },
    )
    if (!row) throw new Problem(problems.notFound, { detail: 'The organisation is gone.' })
    return organizationOf(row, defaults)
  }
  return { current, today: async (tx) => dateIn((await current(tx)).timeZone, tx.now()) }
}
