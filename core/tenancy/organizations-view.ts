import {
  Closed,
  Currency,
  defaultTimeZone,
  LongText,
  Name,
  Nullable,
  Slug,
  Text,
  Timestamp,
  Url,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { OrganizationDefaults } from './organization.ts'

const Edition = Type.Union([Type.Literal('starter'), Type.Literal('professional'), Type.Literal('enterprise')], {
  description: 'Which plugins it may switch on',
})

const code = (pattern: string, length: number, says: string, description: string) =>
  Type.String({ pattern, maxLength: length, 'x-says': says, description })
const days = (description: string) => Type.Integer({ minimum: 1, maximum: 365, description })

const settings = {
  timeZone: Text(64, { description: 'IANA name; days begin and end here', examples: ['Europe/Berlin'] }),
  locale: code('^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$', 35, 'must be a locale such as de-DE', 'BCP 47'),
  languages: Type.Array(code('^[a-z]{2}$', 2, 'must be a language such as de', 'ISO 639-1'), {
    description: 'ISO 639-1, the first is the default',
    maxItems: 20,
  }),
  currency: Currency({ description: 'ISO 4217' }),
  country: code('^[A-Z]{2}$', 2, 'must be a country code such as DE', 'ISO 3166-1 alpha-2'),
  inviteExpiryDays: days('Days an invitation stays valid'),
  membershipReminderDays: days('Days before a membership ends that the reminder goes out'),
}
const appearance = {
  logoUrl: Nullable(Url({ description: 'For mails and pages' })),
  colour: Nullable(code('^#[0-9a-fA-F]{6}$', 7, 'must be a colour such as #1f6feb', 'For mails and pages')),
  senderName: Nullable(Name({ description: 'Who mails come from' })),
  replyTo: Nullable(Type.String({ description: 'Where answers to mails go', format: 'email', maxLength: 254 })),
}

/** An organisation as the API shows it. */
export const OrganizationView = Type.Object(
  {
    id: Uuid(),
    slug: Slug({ description: 'Its name in addresses', examples: ['makerspace-koeln'] }),
    name: Name({ description: 'What people read', examples: ['Makerspace Köln'] }),
    externalId: Nullable(Text(200, { description: 'Its number in a register above' })),
    status: Type.Union([Type.Literal('active'), Type.Literal('suspended')], {
      description: 'Nobody but the platform works in a suspended one',
    }),
    edition: Nullable(Edition),
    ...settings,
    ...appearance,
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Organization' },
)
export type OrganizationView = Static<typeof OrganizationView>

/** What an organisation changes about itself; absent stays, null goes back to the default. */
export const OrganizationChange = Closed(
  {
    ...Type.Partial(
      Type.Object({
        slug: Slug({ description: 'Its name in addresses' }),
        name: Name({ description: 'What people read' }),
        ...appearance,
      }),
    ).properties,
    timeZone: Type.Optional(settings.timeZone),
    locale: Type.Optional(settings.locale),
    languages: Type.Optional(settings.languages),
    currency: Type.Optional(settings.currency),
    country: Type.Optional(settings.country),
    inviteExpiryDays: Type.Optional(Nullable(settings.inviteExpiryDays)),
    membershipReminderDays: Type.Optional(Nullable(settings.membershipReminderDays)),
  },
  { title: 'OrganizationChange' },
)
export type OrganizationChange = Static<typeof OrganizationChange>

/** Only a super administrator changes these. */
export const PlatformChange = Closed(
  {
    ...OrganizationChange.properties,
    externalId: Type.Optional(Nullable(Text(200, { description: 'Its number in a register above' }))),
    edition: Type.Optional(Nullable(Edition)),
  },
  { title: 'OrganizationPlatformChange' },
)
export type PlatformChange = Static<typeof PlatformChange>

export const NewOrganizationBody = Closed(
  {
    slug: Slug({ description: 'Its name in addresses' }),
    name: Type.Optional(Name({ description: 'Default: the one in the file' })),
    externalId: Type.Optional(Text(200, { description: 'Its number in a register above' })),
    edition: Type.Optional(Edition),
    settings: Type.Optional(
      Closed(Type.Partial(Type.Object({ ...settings, ...appearance })).properties, { description: 'As in PUT' }),
    ),
    yaml: Type.Optional(
      LongText(262_144, { description: 'An organisation file: Orga, Hierarchie, GenderGroups, Stage, Settings' }),
    ),
  },
  { title: 'NewOrganization', examples: [{ slug: 'makerspace-koeln', name: 'Makerspace Köln' }] },
)

export interface OrganizationRow {
  id: string
  slug: string
  external_id: string | null
  name: string
  status: 'active' | 'suspended'
  edition: 'starter' | 'professional' | 'enterprise' | null
  settings: Partial<OrganizationView>
  created_at: Date
  updated_at: Date
  version: number
}
export const organizationColumns =
  't.id, t.slug, t.external_id, t.name, t.status, t.edition, t.settings, t.created_at, t.updated_at, t.version'

export const organizationView = (row: OrganizationRow, defaults: OrganizationDefaults): OrganizationView => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  externalId: row.external_id,
  status: row.status,
  edition: row.edition,
  timeZone: row.settings.timeZone ?? defaultTimeZone,
  locale: row.settings.locale ?? 'en-GB',
  languages: row.settings.languages ?? ['en', 'de'],
  currency: row.settings.currency ?? 'USD',
  country: row.settings.country ?? 'US',
  inviteExpiryDays: row.settings.inviteExpiryDays ?? defaults.inviteExpiryDays,
  membershipReminderDays: row.settings.membershipReminderDays ?? defaults.membershipReminderDays,
  logoUrl: row.settings.logoUrl ?? null,
  colour: row.settings.colour ?? null,
  senderName: row.settings.senderName ?? null,
  replyTo: row.settings.replyTo ?? null,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})
