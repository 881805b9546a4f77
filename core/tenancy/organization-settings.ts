import { Currency, defaultTimeZone } from '@guildhall/sdk'
import { type Static, Type } from 'typebox'

const timeZones = new Set(Intl.supportedValuesOf('timeZone'))

export const isTimeZone = (name: string): boolean => {
  if (timeZones.has(name)) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** What an organisation says of itself. Days are the organisation's own; absent ones follow the platform's defaults. */
export const OrganizationSettings = Type.Object(
  {
    timeZone: Type.String({
      maxLength: 64,
      default: defaultTimeZone,
      description: 'IANA name; days begin and end here',
    }),
    locale: Type.String({
      maxLength: 35,
      pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
      default: 'en-GB',
      description: 'BCP 47',
    }),
    languages: Type.Array(Type.String({ pattern: '^[a-z]{2}$', maxLength: 2 }), {
      maxItems: 20,
      default: ['en', 'de'],
    }),
    currency: Currency({ default: 'USD', description: 'ISO 4217' }),
    country: Type.String({ pattern: '^[A-Z]{2}$', maxLength: 2, default: 'US', description: 'ISO 3166-1 alpha-2' }),
    logoUrl: Type.Optional(Type.String({ maxLength: 2000, pattern: '^https://' })),
    colour: Type.Optional(Type.String({ pattern: '^#[0-9a-fA-F]{6}$', maxLength: 7 })),
    senderName: Type.Optional(Type.String({ maxLength: 200 })),
    replyTo: Type.Optional(Type.String({ maxLength: 320 })),
    inviteExpiryDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })),
    membershipReminderDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })),
  },
  { additionalProperties: false },
)
export type OrganizationSettings = Static<typeof OrganizationSettings>
