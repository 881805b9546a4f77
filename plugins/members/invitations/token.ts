import { createHash, randomBytes } from 'node:crypto'

/** 256 bits, as it stands in the link. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What is kept of it. A random token needs no salt and no slow hash: there is nothing to guess. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Below the address that links begin with. */
export const acceptPath = (token: string): string => `/api/v1/members/invites/${token}/accept`
