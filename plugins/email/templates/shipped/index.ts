/** The templates that come with the plugin, in German and English. */
import type { ShippedTemplate } from '../../refs.ts'
import { accountLink } from './account-link.ts'
import { addressProof } from './address-proof.ts'
import { expiryReminder } from './expiry-reminder.ts'
import { invitation } from './invitation.ts'
import { message, notification, testMail } from './messages.ts'
import { passwordReset } from './password-reset.ts'
import { suspension } from './suspension.ts'
import { welcome } from './welcome.ts'

export const shippedTemplates: readonly ShippedTemplate[] = [
  invitation,
  welcome,
  expiryReminder,
  suspension,
  accountLink,
  passwordReset,
  addressProof,
  message,
  notification,
  testMail,
]
