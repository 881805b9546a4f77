import { Closed } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

/** What an organisation decides about its register. */
export const MembersConfig = Closed({
  selfRegistration: Type.Boolean({
    default: false,
    description: 'Anybody may ask to become a member; staff accept or refuse',
  }),
  registrationDays: Type.Integer({
    default: 7,
    minimum: 1,
    maximum: 90,
    description: 'Days in which a registration has to be confirmed',
  }),
  duplicates: Type.Enum(['report', 'refuse'], {
    default: 'report',
    description: 'What happens to a new member who seems to be there already: reported for review, or refused with 409',
  }),
})
export type MembersConfig = Static<typeof MembersConfig>
