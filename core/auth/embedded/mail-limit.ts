import { createHash } from 'node:crypto'
import { Problem, problems } from '@guildhall/sdk'
import type { Cache } from '../../cache/index.ts'
import { emailKey } from '../email-key.ts'

const windowMs = 3_600_000
/** Mails of a kind that a mailbox can be made to get in an hour. */
const mailsAllowed = 3

/** Whether this address may get one more mail of this kind; asking counts. @throws Problem 503 when nobody can count */
export async function mayMail(cache: Cache, kind: 'forgotten' | 'address', email: string): Promise<boolean> {
  const name = createHash('sha256').update(emailKey(email)).digest('base64url')
  const count = await cache.increment(`account-mails:${kind}:${name}`, windowMs).catch((cause: unknown) => {
    throw new Problem(problems.overloaded, { detail: 'Requests cannot be counted just now.', cause })
  })
  return count <= mailsAllowed
}
