/** Where an installation's signed calls come in, and what they are signed with. Both are shown once. */
import { createHash, randomBytes } from 'node:crypto'
import type { Lookup } from '@guildhall/sdk'

export const hooksUrl = '/bot-hooks'

/** 256 bits, of which only a hash is kept. */
export const newToken = (): string => randomBytes(32).toString('base64url')
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')
/** As the convention of Standard Webhooks writes it. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

export const tenantOf = (token: string, lookup: Lookup): Promise<string | null> =>
  lookup('bots.webhook_tenant', tokenHash(token))
