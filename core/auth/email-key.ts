/** How addresses are compared: composed, trimmed, in lower case. Never an identity: that is (issuer, subject). */
export const emailKey = (email: string): string => email.normalize('NFC').trim().toLowerCase()
