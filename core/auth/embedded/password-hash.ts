import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { Problem, problems } from '@guildhall/sdk'

/** What a guess costs: memory of 128 * r * 2^logN bytes, p times over. It stands in each hash. */
export interface ScryptCost {
  readonly logN: number
  readonly r: number
  readonly p: number
}
/** OWASP's floor for scrypt is N = 2^17 with r = 8, or 2^15 with p = 3. */
export const owaspCost: ScryptCost = { logN: 15, r: 8, p: 3 }
const keyLength = 32
/** Hashing takes 32 MB at a time: more at once would be a way to exhaust the machine. */
const most = 2
/** Longer than this nobody would wait for his turn, and a queue without end is another way. */
const mostWaiting = 200

let running = 0
const waiting: (() => void)[] = []

/** @throws Problem 503 when too many wait */
export async function hashPassword(password: string, cost: ScryptCost): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, cost)
  const { logN, r, p } = cost
  return `scrypt$${logN}$${r}$${p}$${salt.toString('base64url')}$${key.toString('base64url')}`
}

/**
 * Without a hash it takes the same time and is false: who tries learns nothing about which accounts exist.
 * @param cost that of hashes made today
 */
export async function passwordMatches(password: string, hash: string | null, cost: ScryptCost): Promise<boolean> {
  const [kind, logN, r, p, salt, key] = (hash ?? '').split('$')
  if (kind !== 'scrypt' || !salt || !key) {
    await derive(password, Buffer.alloc(16), cost)
    return false
  }
  const expected = Buffer.from(key, 'base64url')
  const parameters = { logN: Number(logN), r: Number(r), p: Number(p) }
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64url'), parameters), expected)
}

async function derive(password: string, salt: Buffer, { logN, r, p }: ScryptCost): Promise<Buffer> {
  if (waiting.length >= mostWaiting) throw new Problem(problems.overloaded, { headers: { 'retry-after': '10' } })
  if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
  else running++
  try {
    const options = { N: 2 ** logN, r, p, maxmem: 2 * 128 * 2 ** logN * r }
    return await new Promise((resolve, reject) =>
      scrypt(password.normalize('NFKC'), salt, keyLength, options, (error, key) =>
        error ? reject(error) : resolve(key),
      ),
    )
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

/** Length counts (NIST SP 800-63B §3.1.1.2); what is uniform or the address itself does not. */
export function isAcceptablePassword(password: string, email: string): boolean {
  const local = email.split('@')[0]?.toLowerCase() ?? ''
  const { length } = Array.from(password)
  return (
    length >= 12 &&
    length <= 200 &&
    new Set(password).size >= 5 &&
    !(local.length >= 4 && password.toLowerCase().includes(local))
  )
}
